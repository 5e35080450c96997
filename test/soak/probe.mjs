// Loaded into Drover before everything else (`node --import`): on SIGUSR2 it collects garbage and
// writes what the process holds to the file that SOAK_PROBE names.
import { renameSync, writeFileSync } from 'node:fs';

const file = process.env['SOAK_PROBE'];

process.on('SIGUSR2', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = {};
  for (const type of process.getActiveResourcesInfo()) {
    resources[type] = (resources[type] ?? 0) + 1;
  }
  writeFileSync(`${file}.part`, JSON.stringify({ rss, heapUsed, external, resources }));
  renameSync(`${file}.part`, file);
});
