// How long a scrape of /metrics takes with many models, and what it costs the server.
//
//   npm run bench:metrics [-- --models 100 --scrapes 50]
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { end, startDrover } from '../drover.mjs';
import { quantile, sorted } from '../figures.mjs';

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '100' },
    scrapes: { type: 'string', default: '50' },
  },
});
const models = Number(values.models);
const scrapes = Number(values.scrapes);

const figure = (all, share) => quantile(sorted(all), share).toFixed(1);

/** CPU time of a process's main thread so far, milliseconds (Linux). */
function cpuMs(pid) {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

const timings = { prompt_n: 5, prompt_ms: 7, predicted_n: 3, predicted_ms: 9, cache_n: 2 };
const chunk = { choices: [{ delta: { content: 'x' } }] };
const events = [chunk, chunk, { choices: [], timings }];
const stream = `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;

/** Answers for all models, so that each has series of every kind. */
const upstream = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(404).end();
    return;
  }
  let body = '';
  request.on('data', (piece) => (body += piece));
  request.on('end', () => {
    const isStream = JSON.parse(body).stream;
    const type = isStream ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type });
    response.end(isStream ? stream : JSON.stringify({ timings }));
  });
}).listen(0, '127.0.0.1');
await once(upstream, 'listening');

const ids = Array.from({ length: models }, (_, at) => `m${at}`);
const proxy = `http://127.0.0.1:${upstream.address().port}`;
const lines = [
  'models:',
  ...ids.map((id) => `  ${id}: {cmd: sleep 600, proxy: "${proxy}", checkEndpoint: none}`),
  `groups: {all: {swap: false, exclusive: false, members: [${ids.join(', ')}]}}`,
  'peers: {p: {proxy: "http://127.0.0.1:9", models: [far]}}',
];
const { child, port } = await startDrover(lines);
const base = `http://127.0.0.1:${port}`;

async function ask(model, isStream) {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ model, stream: isStream });
  const answer = await fetch(`${base}/v1/chat/completions`, { method: 'POST', headers, body });
  if (answer.status !== 200) throw new Error(`${model}: ${await answer.text()}`);
  await answer.text();
}

try {
  const url = `${base}/metrics`;
  for (const id of ids) await Promise.all([ask(id, false), ask(id, true)]);
  const page = await (await fetch(url)).text();
  const named = new Set(page.match(/model="m\d+"/g));
  if (named.size !== models) throw new Error(`${named.size} of ${models} models are on the page`);
  for (let warm = 0; warm < 10; warm += 1) await (await fetch(url)).text();
  const times = [];
  const cpu = [];
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    // Some histograms change between two scrapes.
    await Promise.all(ids.slice(0, 10).map((id) => ask(id, true)));
    const before = cpuMs(child.pid);
    const startedMs = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - startedMs);
    cpu.push(cpuMs(child.pid) - before);
  }
  console.log(
    `models ${models}, series ${page.split('\n').filter((l) => l && l[0] !== '#').length}`,
  );
  console.log(`page ${(page.length / 1024).toFixed(0)} KiB`);
  console.log(
    `scrape p50 ${figure(times, 0.5)} ms, p99 ${figure(times, 0.99)} ms, CPU p50 ${figure(cpu, 0.5)} ms, p99 ${figure(cpu, 0.99)} ms`,
  );
} finally {
  await end(child);
  upstream.close();
}
