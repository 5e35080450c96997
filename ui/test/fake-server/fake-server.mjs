import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { CHAT_STREAMS, MODEL_ANSWERS } from './fake-models.mjs';
import { FakeWorld } from './fake-world.mjs';
import { ROUTES } from './fake-routes.mjs';
import { SCENARIOS } from './scenarios.mjs';

const UI = join(import.meta.dirname, '..', '..', '..', 'dist', 'ui');
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
  "img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'";

/**
 * A server that answers like Drover without any model behind it.
 *
 * @param scenario one of {@link SCENARIOS}
 * @param port 0 lets the system choose
 * @returns its address, its world, and what ends it or all its event streams
 */
export async function startFakeServer(scenario = 'idle', port = 0) {
  const world = new FakeWorld();
  SCENARIOS[scenario](world);
  const streams = new Set();
  const server = createServer((request, response) => {
    answer(world, streams, request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    world,
    url: new URL(`http://127.0.0.1:${server.address().port}`),
    /** Ends every event stream, as a restart would. */
    disconnect() {
      for (const stream of streams) stream.end();
    },
    close() {
      world.close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(world, streams, request, response) {
  const url = new URL(request.url, 'http://fake');
  const path = decodeURIComponent(url.pathname);
  if (path === '/') return void response.writeHead(302, { Location: '/ui/' }).end();
  if (path === '/favicon.ico') return sendFile('favicon.svg', response);
  if (path.startsWith('/ui/')) return sendFile(path.slice('/ui/'.length), response);
  const refusal = world.refuses(request.method, path);
  if (refusal) {
    const error = { message: refusal, type: 'permission_error', param: null, code: 'forbidden' };
    response.writeHead(403, { 'Content-Type': 'application/json' });
    return void response.end(JSON.stringify({ src: 'llama-swap', error }));
  }
  if (path === '/api/events') return sendEvents(world, streams, url.searchParams, response);
  if (path.startsWith('/logs/stream/')) return sendLog(world, response);
  if (CHAT_STREAMS[path]) return sendChat(world, path, request, response);
  if (MODEL_ANSWERS[path]) return sendModelAnswer(world, path, request, response);
  for (const [method, pattern, handler] of ROUTES) {
    const match = method === request.method && pattern.exec(path);
    if (!match) continue;
    const call = { params: match.slice(1), query: url.searchParams, body: await bodyOf(request) };
    const { status, body } = await handler(world, call);
    return void response
      .writeHead(status, { 'Content-Type': 'application/json' })
      .end(JSON.stringify(body));
  }
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');
}

async function textOf(request) {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text;
}

async function bodyOf(request) {
  const text = await textOf(request);
  return text ? JSON.parse(text) : {};
}

async function sendModelAnswer(world, path, request, response) {
  const sent = await textOf(request);
  const isJson = request.headers['content-type']?.includes('json');
  const body = isJson ? JSON.parse(sent) : sent;
  world.asked.push({ path, body, headers: request.headers });
  const [type, text] = MODEL_ANSWERS[path](body);
  response.writeHead(200, { 'Content-Type': type });
  response.end(text);
}

function sendFile(path, response) {
  const file = join(UI, path || 'index.html');
  const found = existsSync(file) && extname(file) ? file : join(UI, 'index.html');
  const type = TYPES[extname(found)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': POLICY });
  response.end(readFileSync(found));
}

function sendEvents(world, streams, query, response) {
  const topics = query.get('topics')?.split(',') ?? null;
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const send = ({ type, data }) => {
    if (type === 'end') response.end();
    if (type === 'end' || (topics && !topics.includes(type))) return;
    response.write(
      `event:message\ndata:${JSON.stringify({ type, data: JSON.stringify(data) })}\n\n`,
    );
  };
  for (const source of ['proxy', 'upstream']) {
    send({ type: 'logData', data: { source, data: world.logs[source] } });
  }
  send({ type: 'modelStatus', data: world.models });
  send({ type: 'uiConfig', data: { activity: { session_id: ['X-Session-ID'] } } });
  send({ type: 'profileChanged', data: { active: world.activeProfile } });
  send({ type: 'inflight', data: { operation: 'snapshot', requests: world.inflight } });
  const stop = world.listen(send);
  streams.add(response);
  response.once('close', () => {
    stop();
    streams.delete(response);
  });
}

function sendLog(world, response) {
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.write(world.logs.upstream);
  const stop = world.listen(({ type, data }) => {
    if (type === 'logData' && data.source === 'upstream') response.write(data.data);
  });
  response.once('close', stop);
}

async function sendChat(world, path, request, response) {
  const body = await bodyOf(request);
  world.asked.push({ path, body, headers: request.headers });
  const last = (body.messages ?? body.input).at(-1).content;
  const said = typeof last === 'string' ? last : (last.find(({ text }) => text)?.text ?? '');
  const words = world.answer(said).match(/\S+\s*/g) ?? [];
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const event of CHAT_STREAMS[path](words)) {
    const type = event.type ? `event: ${event.type}\n` : '';
    response.write(`${type}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  }
  response.end();
}
