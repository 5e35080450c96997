// What a swap costs besides the old server's stop and the new one's load, and a burst of requests for a model
// that is not loaded.
//
//   node test/bench/swap/run.mjs [--swaps 40 --burst 500 --bursts 5]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { end, startDrover } from '../drover.mjs';
import { quantile, sorted } from '../figures.mjs';
import { printTable } from '../table.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({
  options: { swaps: text('40'), burst: text('500'), bursts: text('5') },
});
const LOAD_MS = 200;
const wallMs = () => performance.timeOrigin + performance.now();
const folder = mkdtempSync(join(tmpdir(), 'drover-swap-'));
const startsFile = join(folder, 'starts');
const dispatcher = new Agent({ connections: Number(values.burst) });

function model(id) {
  const script = join(import.meta.dirname, 'timed-server.mjs');
  return [
    `  ${id}:`,
    `    cmd: ${process.execPath} ${script} \${PORT} ${LOAD_MS} ${startsFile}`,
    '    concurrencyLimit: 64',
    '    queueLimit: 1000',
  ];
}

const starts = () => readFileSync(startsFile, 'utf8').trim().split('\n').length;

async function ask(origin, id) {
  const sentMs = wallMs();
  const { statusCode, body } = await request(`${origin}/v1/chat/completions`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: id }),
  });
  const told = await body.json();
  if (statusCode !== 200) throw new Error(`${statusCode}: ${JSON.stringify(told)}`);
  return { ...told, sentMs, answeredMs: wallMs() };
}

async function unload(origin) {
  const { body } = await request(`${origin}/api/models/unload`, { dispatcher, method: 'POST' });
  await body.dump();
}

/** Milliseconds in ascending order as cells of a table. */
function cells(ascending) {
  const mean = ascending.reduce((sum, one) => sum + one, 0) / ascending.length;
  const figures = [mean, quantile(ascending, 0.5), quantile(ascending, 0.95), ascending.at(-1)];
  return figures.map((one) => one.toFixed(1));
}

const HEAD = ['what', 'times', 'mean', 'p50', 'p95', 'worst'];

async function swaps(origin) {
  await ask(origin, 'one');
  const [before, after, all] = [[], [], []];
  for (let count = 0; count < Number(values.swaps); count += 1) {
    const { sentMs, beganMs, readyMs, arrivedMs, answeredMs } = await ask(
      origin,
      count % 2 === 0 ? 'two' : 'one',
    );
    before.push(beganMs - sentMs);
    after.push(arrivedMs - readyMs);
    all.push(answeredMs - sentMs - (readyMs - beganMs));
  }
  const rows = [
    ['until the new process runs', before],
    ['from ready to forwarded', after],
    ['swap beside the load', all],
  ];
  const shown = rows.map(([name, times]) => [name, times.length, ...cells(sorted(times))]);
  printTable('A swap between two models, milliseconds', HEAD, shown);
}

async function bursts(origin) {
  const [last, ready] = [[], []];
  for (let count = 0; count < Number(values.bursts); count += 1) {
    await unload(origin);
    const startsBefore = starts();
    const waiting = Array.from({ length: Number(values.burst) }, () => ask(origin, 'one'));
    const answers = await Promise.all(waiting);
    if (starts() !== startsBefore + 1) throw new Error('the model was started more than once');
    const readyMs = Math.max(...answers.map((answer) => answer.readyMs));
    last.push(Math.max(...answers.map(({ answeredMs }) => answeredMs)) - readyMs);
    ready.push(Math.min(...answers.map(({ arrivedMs }) => arrivedMs)) - readyMs);
  }
  const rows = [
    ['ready to first forwarded', ready],
    ['ready to last answered', last],
  ];
  const shown = rows.map(([name, times]) => [name, times.length, ...cells(sorted(times))]);
  printTable(
    `${String(values.burst)} requests at once for a cold model, milliseconds`,
    HEAD,
    shown,
  );
}

const { child, port } = await startDrover(['models:', ...model('one'), ...model('two')]);
try {
  const origin = `http://127.0.0.1:${port}`;
  await swaps(origin);
  await bursts(origin);
} finally {
  await dispatcher.close();
  await end(child);
  rmSync(folder, { recursive: true });
}
