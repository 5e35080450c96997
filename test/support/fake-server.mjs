#!/usr/bin/env node
// A model server for tests: plain JavaScript, no dependencies, so that it spawns fast.
//
// Options (`--name value` or `--name=value`; times in milliseconds):
//   --port N              listen here (default 0: chosen by the system and printed)
//   --host H              default 127.0.0.1
//   --name TEXT           what answers carry as "server" (default "fake")
//   --load-ms N           /health answers 503 until N ms after listening
//   --load-until FILE     /health answers 503 until this file is there
//   --listen-after-ms N   bind the port only after N ms
//   --hang-health         accept health checks and never answer them
//   --health-status N     status of /health once loaded (default 200)
//   --exit-after-ms N     end by itself after N ms, with --exit-code
//   --exit-at-ready       end right after the first healthy answer
//   --exit-code N         default 0 (1 with --fail-start)
//   --fail-start          print a message on stderr and exit at once
//   --ignore-sigterm      do nothing on SIGTERM
//   --term-ms N           work N ms after SIGTERM, then write --marker and exit
//   --marker FILE         written (with "done") at the end of an orderly exit
//   --pid-file FILE       this process's id, written when listening
//   --allocate-mib N      hold N MiB
//   --tokens N            chunks of a streamed answer (default 10)
//   --token-ms N          pause between them (default 0)
//   --delay-ms N          pause before any inference answer
//   --answer-status N     inference is answered with an error of this status
//   --lines N             lines of output written at start on stdout and stderr in turn
// Routes: /health, /env, /pid, /echo…, /wait?ms=N, /drop, /drop-mid, /hang, /stats, /v1/models, and on any other
// path an inference answer: JSON, or server-sent events when the body says "stream": true or the query
// stream=true. Query wait=N delays one answer by N ms.
import { createServer } from 'node:http';
import { existsSync, writeFileSync, writeSync } from 'node:fs';

const flags = new Set(['hang-health', 'exit-at-ready', 'fail-start', 'ignore-sigterm']);

function parse(args) {
  const options = new Map();
  for (let i = 0; i < args.length; i += 1) {
    const [, name, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(args[i]) ?? [];
    if (!name) throw new Error(`fake-server: unexpected argument ${args[i]}`);
    if (flags.has(name)) options.set(name, true);
    else options.set(name, inline ?? args[(i += 1)]);
  }
  return options;
}

const options = parse(process.argv.slice(2));
const number = (name, fallback) => Number(options.get(name) ?? fallback);
const text = (name, fallback) => String(options.get(name) ?? fallback);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

if (options.get('fail-start')) {
  writeSync(2, 'fake-server: cannot start, as asked\n');
  process.exit(number('exit-code', 1));
}

const name = text('name', 'fake');
const stats = { requests: 0, active: 0, aborted: 0 };
const memory = Buffer.alloc(number('allocate-mib', 0) * 1024 * 1024, 1);
let listeningAt = Infinity;

for (let i = 0; i < number('lines', 0); i += 1) writeSync(1 + (i % 2), `line ${i}\n`);

function leave(code) {
  if (options.has('marker')) writeFileSync(options.get('marker'), 'done');
  process.exit(code);
}

process.on('SIGTERM', () => {
  if (options.get('ignore-sigterm')) return;
  setTimeout(() => leave(0), number('term-ms', 0));
});
process.on('SIGINT', () => {});

function json(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function isLoading() {
  const isAwaiting = options.has('load-until') && !existsSync(options.get('load-until'));
  return isAwaiting || Date.now() - listeningAt < number('load-ms', 0);
}

function health(response) {
  if (options.get('hang-health')) return;
  if (isLoading()) {
    json(response, 503, {
      error: { code: 503, message: 'Loading model', type: 'unavailable_error' },
    });
    return;
  }
  json(response, number('health-status', 200), { status: 'ok' });
  if (options.get('exit-at-ready')) response.on('close', () => leave(number('exit-code', 0)));
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parseBody(body) {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}

const usage = { prompt_tokens: 25, completion_tokens: 10, total_tokens: 35 };
const timings = {
  prompt_n: 25,
  prompt_ms: 13,
  predicted_n: 10,
  predicted_ms: 17,
  predicted_per_second: 10,
};

async function stream(response, model) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const base = { id: 'fake-1', object: 'chat.completion.chunk', created: 0, model };
  for (let i = 0; i < number('tokens', 10) && !response.destroyed; i += 1) {
    if (i > 0 && number('token-ms', 0) > 0) await sleep(number('token-ms', 0));
    const choices = [{ index: 0, delta: { content: `${name}-${i} ` }, finish_reason: null }];
    const event = `data: ${JSON.stringify({ ...base, choices })}\n\n`;
    if (!response.write(event)) await new Promise((resolve) => response.once('drain', resolve));
  }
  const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }];
  response.write(`data: ${JSON.stringify({ ...base, choices, usage, timings })}\n\n`);
  response.end('data: [DONE]\n\n');
}

function embeddings(response, model) {
  const data = [{ object: 'embedding', index: 0, embedding: [0.25, -0.5, 1] }];
  json(response, 200, { object: 'list', data, model, usage });
}

async function infer(request, response, url) {
  const body = await readBody(request);
  const parsed = parseBody(body);
  const model = parsed?.model ?? name;
  await sleep(number('delay-ms', 0) + Number(url.searchParams.get('wait') ?? 0));
  if (response.destroyed) return;
  const status = number('answer-status', 200);
  if (status !== 200) {
    json(response, status, { error: { code: status, message: 'as asked', type: 'server_error' } });
  } else if (parsed?.stream === true || url.searchParams.get('stream') === 'true') {
    await stream(response, model);
  } else if (url.pathname.endsWith('/embeddings')) {
    embeddings(response, model);
  } else {
    const message = { role: 'assistant', content: `hello from ${name}` };
    json(response, 200, {
      id: 'fake-1',
      object: 'chat.completion',
      created: 0,
      model,
      server: name,
      pid: process.pid,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
      timings,
      received: { bytes: body.length, body: body.toString().slice(0, 65536) },
    });
  }
}

async function echo(request, response) {
  const body = await readBody(request);
  json(response, 200, {
    server: name,
    method: request.method,
    url: request.url,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    body: body.toString(),
  });
}

const routes = {
  '/health': (_request, response) => health(response),
  '/env': (_request, response) => json(response, 200, process.env),
  '/pid': (_request, response) => json(response, 200, { pid: process.pid }),
  '/stats': (_request, response) =>
    json(response, 200, { ...stats, mib: memory.length / 1024 / 1024 }),
  '/hang': () => {},
  '/drop': (request) => request.socket.destroy(),
  '/drop-mid': (request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' });
    response.write('half of it', () => setTimeout(() => request.socket.destroy(), 20));
  },
  '/v1/models': (_request, response) =>
    json(response, 200, { object: 'list', data: [{ id: name, object: 'model' }] }),
  '/wait': async (_request, response, url) => {
    await sleep(Number(url.searchParams.get('ms') ?? 0));
    response.end(`waited in ${name}\n`);
  },
};

async function serve(request, response) {
  const url = new URL(request.url, 'http://fake');
  if (url.pathname !== '/stats' && url.pathname !== '/health') {
    stats.requests += 1;
    stats.active += 1;
    response.on('close', () => {
      stats.active -= 1;
      if (!response.writableFinished) stats.aborted += 1;
    });
  }
  const route = url.pathname.startsWith('/echo') ? echo : (routes[url.pathname] ?? infer);
  try {
    await route(request, response, url);
  } catch {
    response.destroy();
  }
}

const server = createServer((request, response) => void serve(request, response));

server.on('upgrade', (request, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ');
  socket.write(`${request.headers.upgrade}\r\nX-Fake-Path: ${request.url}\r\n\r\n`);
  if (head.length > 0) socket.write(head);
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('error', () => socket.destroy());
});

server.on('error', (error) => {
  writeSync(2, `fake-server: ${error.message}\n`);
  process.exit(1);
});

await sleep(number('listen-after-ms', 0));
server.listen(number('port', 0), text('host', '127.0.0.1'), () => {
  listeningAt = Date.now();
  if (options.has('pid-file')) writeFileSync(options.get('pid-file'), String(process.pid));
  writeSync(1, `fake-server ${name} listening on port ${server.address().port}\n`);
});
if (options.has('exit-after-ms')) {
  setTimeout(() => leave(number('exit-code', 0)), number('exit-after-ms', 0));
}
