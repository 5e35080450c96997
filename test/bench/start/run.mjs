// How long Drover takes until it listens, and what it holds when it has nothing to do.
//
//   npm run bench:start [-- --starts 10 --idle 10]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { end, freePort } from '../drover.mjs';
import { quantile } from '../figures.mjs';

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '10' },
    idle: { type: 'string', default: '10' },
  },
});
const MAIN = join(import.meta.dirname, '../../../dist/src/main.js');
/** Length of a tick of the process accounting of Linux, milliseconds. */
const TICK_MS = 10;

const folder = mkdtempSync(join(tmpdir(), 'drover-start-'));
const config = join(folder, 'config.yaml');
const models = Array.from(
  { length: 20 },
  (_, at) => `  m${at}:\n    cmd: server --port \${PORT}\n`,
);
writeFileSync(config, `models:\n${models.join('')}`);

/** CPU time that a process has used, user and system, milliseconds. */
function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function residentMib(pid) {
  const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return (Number(pages) * 4096) / 2 ** 20;
}

async function start(idleMs) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, '-config', config, '-listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('drover listening')) break;
    }
    const figures = { wall: performance.now() - began, cpu: cpuMs(child.pid) };
    const answer = await fetch(`http://127.0.0.1:${port}/v1/models`);
    const { data } = await answer.json();
    if (data.length !== models.length)
      throw new Error(`${data.length} models, not ${models.length}`);
    child.stdout.resume();
    await new Promise((next) => setTimeout(next, idleMs));
    return { ...figures, rss: residentMib(child.pid) };
  } finally {
    const ended = child.exitCode === null ? end(child) : once(child, 'exit');
    await ended;
  }
}

const runs = [];
for (let count = Number(values.starts); count > 0; count -= 1) {
  runs.push(await start(Number(values.idle) * 1000));
}
rmSync(folder, { recursive: true });
const column = (key) => runs.map((run) => run[key]).toSorted((one, other) => one - other);
const cells = (key, digits) => {
  const sorted = column(key);
  return [sorted[0], quantile(sorted, 0.5), sorted.at(-1)].map((one) => one.toFixed(digits));
};
console.log(`\n${runs.length} starts, idle figures after ${values.idle} s\n`);
console.log('| | best | median | worst |');
console.log('|---|---|---|---|');
console.log(
  `| start to listening, s | ${cells('wall', 0)
    .map((ms) => (ms / 1000).toFixed(2))
    .join(' | ')} |`,
);
console.log(
  `| CPU until then, s | ${cells('cpu', 0)
    .map((ms) => (ms / 1000).toFixed(2))
    .join(' | ')} |`,
);
console.log(`| idle RSS, MiB | ${cells('rss', 0).join(' | ')} |`);
