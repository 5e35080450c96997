// Reloads of a changed configuration while answers are being streamed.
//
//   node test/bench/reload/run.mjs [--reloads 100 --streams 50]
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { answering, end, freeModelPorts, startDrover } from '../drover.mjs';
import { quantile, sorted } from '../figures.mjs';
import { printTable } from '../table.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({ options: { reloads: text('100'), streams: text('50') } });
const [reloads, streams] = [Number(values.reloads), Number(values.streams)];
const EVENTS = 50;
const SERVER = join(import.meta.dirname, '../proxy/upstream.mjs');

const dispatcher = new Agent({ connections: streams + 4 });
const told = { whole: 0, broken: 0, isOver: false };

/** Streams one answer after the other; each must come whole. */
async function client(origin) {
  while (!told.isOver) {
    const headers = { 'x-bench-events': String(EVENTS), 'x-bench-every-ms': '20' };
    try {
      const { statusCode, body } = await request(`${origin}/v1/chat/completions`, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"model":"kept","stream":true}',
      });
      const answer = await body.text();
      const isWhole = statusCode === 200 && answer.split('data: ').length > EVENTS;
      told[isWhole ? 'whole' : 'broken'] += 1;
    } catch {
      told.broken += 1;
    }
  }
}

async function processId(origin) {
  const { body } = await request(`${origin}/api/v1/models`, { dispatcher });
  const { models } = await body.json();
  return models.find(({ id }) => id === 'kept').process?.pid;
}

/** Another model is new, changed or gone each time; the one that streams is not touched. */
function lines(startPort, round) {
  const command = `    cmd: ${process.execPath} ${SERVER} \${PORT}`;
  const kept = ['  kept:', command, '    checkEndpoint: /', '    concurrencyLimit: 1000'];
  const other = round % 3 === 0 ? [] : ['  other:', `    cmd: server-${round} \${PORT}`];
  const described = `    description: round ${round}`;
  return [`startPort: ${startPort}`, 'models:', ...kept, described, ...other];
}

const folder = mkdtempSync(join(tmpdir(), 'drover-reload-'));
const config = join(folder, 'config.yaml');
const startPort = await freeModelPorts();
function configure(round) {
  writeFileSync(`${config}.part`, `${lines(startPort, round).join('\n')}\n`);
  renameSync(`${config}.part`, config);
}

configure(0);
const { child, port } = await startDrover([], { config });
const origin = `http://127.0.0.1:${port}`;
try {
  await answering(port, child);
  const clients = Array.from({ length: streams }, () => client(origin));
  while (told.whole < streams) await new Promise((next) => setTimeout(next, 20));
  const before = await processId(origin);
  const times = [];
  for (let round = 1; round <= reloads; round += 1) {
    configure(round);
    const began = performance.now();
    const { body } = await request(`${origin}/api/config/reload`, { dispatcher, method: 'POST' });
    const { outcome } = await body.json();
    times.push(performance.now() - began);
    if (outcome !== 'applied') throw new Error(`reload ${round}: ${outcome}`);
  }
  told.isOver = true;
  await Promise.all(clients);
  const restarted = (await processId(origin)) === before ? 0 : 1;
  const median = quantile(sorted(times), 0.5).toFixed(1);
  printTable(
    `Reloads while ${streams} clients stream`,
    ['reloads', 'streams whole', 'streams broken', 'processes restarted', 'median ms'],
    [[reloads, told.whole, told.broken, restarted, median]],
  );
} finally {
  await dispatcher.close();
  await end(child);
  rmSync(folder, { recursive: true });
}
