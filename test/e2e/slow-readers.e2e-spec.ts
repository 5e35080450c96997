import { once } from 'node:events';
import { createServer, Server, ServerResponse } from 'node:http';
import { AddressInfo, connect, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel, fakePeer } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

const READERS = 20;
const BLOCK_BYTES = 32 * 1024;
const EVENT = `data: ${'x'.repeat(64 * 1024)}\n\n`;
const CHAT = '/v1/chat/completions';

const WAYS: readonly (readonly [way: string, path: string, model: string])[] = [
  ['a model', CHAT, 'm'],
  ['a peer', CHAT, 'p/far'],
  ['/upstream', `/upstream/m${CHAT}`, 'm'],
  ['/upstream to a peer', `/upstream/p/far${CHAT}`, 'far'],
];

let upstream: Server;
let answers: ServerResponse[];
let drover: HttpHarness;
/** Drover's ends of its clients' connections. */
let ends: Socket[];
let clients: Socket[];

beforeEach(async () => {
  [answers, ends, clients] = [[], [], []];
  upstream = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    answers.push(response);
    const send = (): void => {
      while (response.write(EVENT));
    };
    response.on('drain', send);
    send();
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const proxy = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const peers = new Map([['p', fakePeer('p', { proxy, models: ['far'] })]]);
  drover = await startHttp(fakeConfig([fakeModel('m', { proxy })], { peers }));
  drover.app.getHttpServer().on('connection', (end: Socket) => ends.push(end));
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  upstream.closeAllConnections();
  upstream.close();
  await drover.app.close();
});

/** Asks for a stream and reads nothing of it. */
function ask(path: string, model: string): void {
  const body = JSON.stringify({ model, stream: true });
  const client = connect(Number(new URL(drover.url).port), '127.0.0.1').pause();
  client.on('error', () => client.destroy());
  client.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`);
  client.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  clients.push(client);
}

/** Bytes that have left the upstream, which stays the same once nothing moves any more. */
const sent = (): number =>
  answers.reduce((sum, { socket }) => sum + (socket?.bytesWritten ?? 0), 0);

describe.each(WAYS)('clients that do not read what comes from %s', (_way, path, model) => {
  it('are held one block each, and everything when they read on', async () => {
    for (let count = 0; count < READERS; count += 1) ask(path, model);
    await expect.poll(() => answers.length, { timeout: 30_000 }).toBe(READERS);
    let before = -1;
    const isStill = (): boolean => {
      const isSame = before === sent();
      before = sent();
      return isSame && ends.every(({ writableLength }) => writableLength > 0);
    };
    await expect.poll(isStill, { interval: 300, timeout: 30_000 }).toBe(true);
    const held = ends.map(({ writableLength }) => writableLength);
    // Framing of the chunked coding comes on top.
    expect(Math.max(...held)).toBeLessThan(BLOCK_BYTES + 1024);
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
