import { once } from 'node:events';
import { createServer, RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo, connect, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestAuthority } from '../support/certificates.js';
import { fakeConfig, fakeModel, fakePeer } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

const READERS = 20;
const BLOCK_BYTES = 32 * 1024;
/** What has been decrypted of one read of the system (64 KiB) is handed over in spite of a pause. */
const TLS_BYTES = (64 + 16) * 1024;
const EVENT = `data: ${'x'.repeat(64 * 1024)}\n\n`;
const CHAT = '/v1/chat/completions';

const WAYS: readonly (readonly [way: string, path: string, model: string])[] = [
  ['a model', CHAT, 'm'],
  ['a peer', CHAT, 'p/far'],
  ['/upstream', `/upstream/m${CHAT}`, 'm'],
  ['/upstream to a peer', `/upstream/p/far${CHAT}`, 'far'],
  ['/upstream to a peer with TLS', `/upstream/s/far${CHAT}`, 'far'],
  ['a websocket', '/upstream/m/ws', ''],
  ['a websocket to a peer with TLS', '/upstream/s/far/ws', ''],
];

let authority: TestAuthority;
let servers: Server[];
/** The upstreams' ends of Drover's connections. */
let sources: Socket[];
let drover: HttpHarness;
/** Drover's ends of its clients' connections. */
let ends: Socket[];
let clients: Socket[];

beforeAll(() => {
  authority = new TestAuthority();
});

afterAll(() => authority[Symbol.dispose]());

/** Sends events for as long as they are taken. */
function sendTo(answer: Duplex | Parameters<RequestListener>[1], source: Socket): void {
  const send = (): void => {
    while (answer.write(EVENT));
  };
  answer.on('error', () => source.destroy()).on('drain', send);
  sources.push(source);
  send();
}

/** Starts to listen; returns the port. */
async function startUpstream(server: Server): Promise<number> {
  server.on('request', (request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    sendTo(response, request.socket);
  });
  server.on('upgrade', (_request, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n');
    socket.write('Connection: Upgrade\r\n\r\n');
    sendTo(socket.resume(), socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  [servers, sources, ends, clients] = [[], [], [], []];
  const proxy = `http://127.0.0.1:${await startUpstream(createServer())}`;
  const signed = createTlsServer(authority.sign('IP:127.0.0.1'));
  const tls = { caFile: authority.file, insecure: false };
  const secure = { proxy: `https://127.0.0.1:${await startUpstream(signed)}`, tls };
  const peers = new Map([
    ['p', fakePeer('p', { proxy, models: ['far'] })],
    ['s', fakePeer('s', { ...secure, models: ['far'] })],
  ]);
  drover = await startHttp(fakeConfig([fakeModel('m', { proxy })], { peers }));
  drover.app.getHttpServer().on('connection', (end: Socket) => ends.push(end));
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  for (const source of sources) source.destroy();
  for (const server of servers) server.close();
  await drover.app.close();
});

/** Asks for a stream, in a websocket without a model's name, and reads nothing of it. */
function ask(path: string, model: string): void {
  const body = JSON.stringify({ model, stream: true });
  const client = connect(Number(new URL(drover.url).port), '127.0.0.1').pause();
  client.on('error', () => client.destroy());
  clients.push(client);
  if (model === '') {
    client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n`);
    client.write('Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n');
    client.write(`Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`);
    return;
  }
  client.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`);
  client.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
}

/** Bytes that have left the upstream, which stays the same once nothing moves any more. */
const sent = (): number => sources.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);

describe.each(WAYS)('clients that do not read what comes from %s', (way, path, model) => {
  it('are held one block each, and everything when they read on', async () => {
    for (let count = 0; count < READERS; count += 1) ask(path, model);
    await expect.poll(() => sources.length, { timeout: 30_000 }).toBe(READERS);
    let before = -1;
    const isStill = (): boolean => {
      const isSame = before === sent();
      before = sent();
      return isSame && ends.every(({ writableLength }) => writableLength > 0);
    };
    await expect.poll(isStill, { interval: 300, timeout: 30_000 }).toBe(true);
    const held = ends.map(({ writableLength }) => writableLength);
    // Framing of the chunked coding comes on top.
    expect(Math.max(...held)).toBeLessThan((way.includes('TLS') ? TLS_BYTES : BLOCK_BYTES) + 1024);
    const [client] = clients;
    let text = '';
    client!.setEncoding('latin1').on('data', (piece: string) => (text += piece));
    client!.resume();
    await expect.poll(() => text.length, { timeout: 30_000 }).toBeGreaterThan(8 * 2 ** 20);
    const content = text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll(/\r\n[0-9a-f]+\r\n/g, '');
    expect(content.replace(/^[0-9a-f]+\r\n/, '').slice(0, EVENT.length * 100)).toBe(
      EVENT.repeat(100),
    );
  });
});
