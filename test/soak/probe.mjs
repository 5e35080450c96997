// Loaded into Drover before everything else (`node --import`): on SIGUSR2 it collects garbage and
// writes what the process holds to the file that SOAK_PROBE names. A file beside it, with `.heap` behind its name,
// asks for a heap snapshot too, in the file that is named in it.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeHeapSnapshot } from 'node:v8';

const file = process.env['SOAK_PROBE'];

process.on('SIGUSR2', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = {};
  for (const type of process.getActiveResourcesInfo()) {
    resources[type] = (resources[type] ?? 0) + 1;
  }
  const wish = `${file}.heap`;
  if (existsSync(wish)) {
    writeHeapSnapshot(readFileSync(wish, 'utf8'));
    rmSync(wish);
  }
  writeFileSync(`${file}.part`, JSON.stringify({ rss, heapUsed, external, resources }));
  renameSync(`${file}.part`, file);
});
