// How long a scrape of /metrics takes with many models, and what it costs the server.
//
//   npm run bench:metrics [-- --models 100 --scrapes 50]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { end, startDrover } from '../drover.mjs';

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '100' },
    scrapes: { type: 'string', default: '50' },
  },
});
const models = Number(values.models);
const scrapes = Number(values.scrapes);
const TICKS_PER_SECOND = 100;

/** CPU time of a process so far, milliseconds (Linux). */
function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000;
}

const lines = ['models:'];
for (let at = 0; at < models; at += 1) lines.push(`  m${at}: {cmd: "serve \${PORT}"}`);
lines.push('peers: {p: {proxy: "http://127.0.0.1:9", models: [far]}}');
const { child, port } = await startDrover(lines);
try {
  const url = `http://127.0.0.1:${port}/metrics`;
  // Every model gets its series of requests: an unknown command fails its start at once.
  await Promise.all(
    Array.from({ length: models }, (_, at) =>
      fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: `{"model":"m${at}"}`,
      }).then((answer) => answer.text()),
    ),
  );
  const page = await (await fetch(url)).text();
  const named = new Set(page.match(/model="m\d+"/g));
  if (named.size !== models) throw new Error(`${named.size} of ${models} models are on the page`);
  for (let warm = 0; warm < 10; warm += 1) await (await fetch(url)).text();
  const times = [];
  const before = cpuMs(child.pid);
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    const startedMs = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - startedMs);
  }
  const cpu = (cpuMs(child.pid) - before) / scrapes;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor((times.length - 1) * share)].toFixed(1);
  console.log(
    `models ${models}, series ${page.split('\n').filter((l) => l && l[0] !== '#').length}`,
  );
  console.log(`page ${(page.length / 1024).toFixed(0)} KiB`);
  console.log(`scrape p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, CPU ${cpu.toFixed(1)} ms`);
} finally {
  await end(child);
}
