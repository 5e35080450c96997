// What Drover holds in memory while clients read slowly, and while a gigabyte passes through one
// stream. Runs on the built program: `npm run build && npm run bench:memory`, with names of ways behind
// `--` for these alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestAuthority } from '../../support/certificates.ts';

const READERS = 200;
const GIGABYTE = 2 ** 30;
const KEY = Buffer.alloc(16).toString('base64');
const chunk = Buffer.from(`data: ${'x'.repeat(64 * 1024 - 8)}\n\n`);

/** Binary websocket frame (RFC 6455, 5.2) of 64 KiB. */
const frame = Buffer.concat([
  Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
  Buffer.alloc(65536),
]);

/** Sends pieces without end, or as many bytes as the query says, as fast as they are taken. */
function stream(url, piece, { to, state }) {
  let left = Number(new URL(url, 'http://localhost').searchParams.get('bytes') ?? Infinity);
  state.open += 1;
  to.on('close', () => (state.open -= 1)).on('error', () => to.destroy());
  const send = () => {
    while (!to.destroyed && left > 0) {
      const part = left < piece.length ? piece.subarray(0, left) : piece;
      left -= part.length;
      if (!to.write(part)) {
        to.once('drain', send);
        return;
      }
    }
    to.end();
  };
  send();
}

/** Streams over HTTP and in websockets. */
async function startUpstream(server, scheme, state) {
  server.on('request', (request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    stream(request.url, chunk, { to: response, state });
  });
  server.on('upgrade', (request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n');
    socket.write('Connection: Upgrade\r\n\r\n');
    stream(request.url, frame, { to: socket.resume(), state });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `${scheme}://127.0.0.1:${server.address().port}`;
}

async function startDrover({ plain, tls }, folder) {
  const config = join(folder, 'drover.yaml');
  const peers = {
    bench: { proxy: plain, models: ['m'] },
    secure: { proxy: tls, models: ['m'], tls: { insecure: true } },
  };
  const models = {
    local: { cmd: 'sleep 3600', proxy: plain, checkEndpoint: 'none', concurrencyLimit: 1000 },
  };
  writeFileSync(config, JSON.stringify({ models, peers }));
  const main = resolve(import.meta.dirname, '../../../dist/src/main.js');
  const child = spawn(process.execPath, [main, '-config', config, '-listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of child.stdout) {
    output += text;
    const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    if (port) {
      child.stdout.resume();
      return { child, port: Number(port) };
    }
  }
  throw new Error(`Drover did not start:\n${output}`);
}

function residentMiB({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}

function ask({ port }, way, query = '') {
  const socket = connect(port, '127.0.0.1');
  if (way.isSocket) {
    socket.write(
      `GET ${way.path}${query} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
    );
    return socket;
  }
  const body = JSON.stringify({ model: way.model, stream: true });
  socket.write(
    `POST ${way.path}${query} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
      `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return socket;
}

/** Reads a whole answer and returns its length. */
async function download(drover, way, bytes) {
  let received = 0;
  const socket = ask(drover, way, `?bytes=${bytes}`);
  for await (const data of socket) received += data.length;
  if (received < bytes) throw new Error(`${way.name}: ${received} of ${bytes} bytes`);
}

async function peakWhile(drover, work) {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentMiB(drover.child))), 50);
  await work();
  clearInterval(timer);
  return Math.max(peak, residentMiB(drover.child));
}

/** Opens streams that are hardly read, and waits until nothing moves any more. */
async function readSlowly(drover, way, state) {
  const sockets = Array.from({ length: READERS }, () => ask(drover, way));
  for (const socket of sockets) {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.pause());
  }
  while (state.open < READERS) await sleep(20);
  // Each takes what its buffer holds now and then.
  for (let round = 0; round < 20; round += 1) {
    await sleep(200);
    for (const socket of sockets) socket.resume();
  }
  for (const socket of sockets) socket.destroy();
  while (state.open > 0) await sleep(20);
}

const all = [
  { name: 'inference route, local model', path: '/v1/chat/completions', model: 'local' },
  { name: 'inference route, peer', path: '/v1/chat/completions', model: 'bench/m' },
  { name: 'inference route, peer with TLS', path: '/v1/chat/completions', model: 'secure/m' },
  { name: '/upstream', path: '/upstream/local/v1/chat/completions', model: 'local' },
  { name: '/upstream, peer', path: '/upstream/bench/m/v1/chat/completions', model: 'm' },
  { name: '/upstream, peer with TLS', path: '/upstream/secure/m/v1/chat/completions', model: 'm' },
  { name: '/upstream, websocket', path: '/upstream/local/ws', isSocket: true },
  {
    name: '/upstream, websocket to a peer with TLS',
    path: '/upstream/secure/m/ws',
    isSocket: true,
  },
];
const wanted = process.argv.slice(2);
const ways = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const state = { open: 0 };
const authority = new TestAuthority();
const servers = [createServer(), createTlsServer(authority.sign('IP:127.0.0.1'))];
const plain = await startUpstream(servers[0], 'http', state);
const tls = await startUpstream(servers[1], 'https', state);
const rows = [];
try {
  for (const way of ways) {
    for (const { name, work } of [
      {
        name: `${READERS} slow readers`,
        work: (drover) => readSlowly(drover, way, state),
      },
      { name: '1 GiB through one stream', work: (drover) => download(drover, way, GIGABYTE) },
    ]) {
      const drover = await startDrover({ plain, tls }, folder);
      try {
        for (let count = 0; count < 20; count += 1) await download(drover, way, 4 * 2 ** 20);
        const before = residentMiB(drover.child);
        const peak = await peakWhile(drover, () => work(drover));
        console.error(`${way.name}: ${name}: ${(peak - before).toFixed(1)} MiB`);
        rows.push({ way: way.name, name, before, peak, growth: peak - before });
      } finally {
        drover.child.kill('SIGTERM');
        await once(drover.child, 'exit');
      }
    }
  }
} finally {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  authority[Symbol.dispose]();
  rmSync(folder, { recursive: true });
}
console.log('| way | load | before MiB | peak MiB | growth MiB |\n| --- | --- | --- | --- | --- |');
for (const { way, name, before, peak, growth } of rows) {
  const numbers = [before, peak, growth].map((value) => value.toFixed(1));
  console.log(`| ${[way, name, ...numbers].join(' | ')} |`);
}
