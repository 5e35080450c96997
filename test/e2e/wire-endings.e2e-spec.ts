import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, Server, Socket } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

const FAKE_SERVER = resolve(import.meta.dirname, '../support/fake-server.mjs');
const BODY = '{"model":"m","stream":true}';
const HEAD =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const CHUNK = '9\r\ndata: 1\n\n\r\n';
const LAST = '0\r\n\r\n';
const ANSWER = HEAD + CHUNK + CHUNK + LAST;
const HELLO = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

/** More than the buffers between a server and a client that does not read can hold. */
const LARGE = `${(16 * 2 ** 20).toString(16)}\r\n${'x'.repeat(16 * 2 ** 20)}\r\n`;

type Way = 'end' | 'destroy' | 'resetAndDestroy';
const WAYS: readonly Way[] = ['end', 'destroy', 'resetAndDestroy'];

const POINTS: readonly (readonly [string, number])[] = [
  ['before a byte', 0],
  ['in the protocol', 4],
  ['in the head', 30],
  ['before the blank line', HEAD.length - 2],
  ['behind the head', HEAD.length],
  ['behind the size of a chunk', HEAD.length + 1],
  ['in a chunk', HEAD.length + 7],
  ['before the end of a chunk', HEAD.length + CHUNK.length - 1],
  ['behind a chunk', HEAD.length + CHUNK.length],
  ['in the last chunk', ANSWER.length - 3],
  ['behind the answer', ANSWER.length],
];

const request = (...headers: string[]): string =>
  ['POST /v1/chat/completions HTTP/1.1', 'Host: localhost', 'Content-Type: application/json']
    .concat(`Content-Length: ${BODY.length}`, ...headers, '', BODY)
    .join('\r\n');

/** All that a client gets until its connection closes. */
async function rest(socket: Socket): Promise<string> {
  let text = '';
  socket
    .setEncoding('latin1')
    .on('data', (piece: string) => (text += piece))
    .resume();
  if (!socket.closed) await new Promise((closed) => socket.once('close', closed));
  return text;
}

describe('connections that end under an answer', () => {
  let drover: HttpHarness;
  let upstream: Server;
  let sockets: Socket[];
  let clients: Socket[];
  /** Told of each request, with the number that it has on all connections. */
  let script: (socket: Socket, count: number) => void;

  beforeEach(async () => {
    sockets = [];
    clients = [];
    let count = 0;
    upstream = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', () => script(socket, (count += 1)));
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as { port: number };
    await startWith(port);
  });

  afterEach(async () => {
    for (const socket of [...sockets, ...clients]) socket.destroy();
    await drover.app.close();
    upstream.close();
  });

  async function startWith(port: number): Promise<void> {
    drover = await startHttp(fakeConfig([fakeModel('m', { proxy: `http://127.0.0.1:${port}` })]));
  }

  function client(text: string): Socket {
    const socket = connect(Number(new URL(drover.url).port), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.write(text);
    clients.push(socket);
    return socket;
  }

  const ask = (): Promise<string> => rest(client(request('Connection: close')));

  const leases = (): number => drover.router.leases;

  it('do not take the next request along when the client of a whole answer leaves', async () => {
    const held = Promise.withResolvers<Socket>();
    script = (socket, count) => {
      if (count === 2) socket.write(HELLO);
      if (count === 3) held.resolve(socket);
    };
    // The second answer is whole and waits behind the first, which does not come.
    const leaver = client(request() + request());
    await expect.poll(leases).toBe(2);
    await expect
      .poll(() => sockets.map(({ bytesWritten }) => bytesWritten))
      .toContain(HELLO.length);
    const next = ask();
    const reused = await held.promise;
    expect(sockets).toHaveLength(2);
    leaver.destroy();
    await expect.poll(leases).toBe(1);
    reused.write(HELLO);
    expect(await next).toMatch(/hello$/);
    await expect.poll(leases).toBe(0);
  });

  describe.each(WAYS)('by %s', (way) => {
    it.each(POINTS)('%s leave nobody waiting', async (_where, length) => {
      script = (socket) => {
        if (way === 'end') socket.end(ANSWER.slice(0, length));
        else if (length === 0) socket[way]();
        else socket.write(ANSWER.slice(0, length), () => socket[way]());
      };
      const text = await ask();
      expect(text).toMatch(/^HTTP\/1\.1 (?:200|502) /);
      const isBroken = text.includes('"upstream_broken"');
      // Whoever got a head got an end too: of the whole answer, or an event that says what is missing.
      expect(text.startsWith('HTTP/1.1 200')).toBe(text.endsWith(LAST));
      const isWhole = text.endsWith(LAST) && !isBroken;
      // A reset may overtake what was sent before it.
      const mayBeWhole = length === ANSWER.length;
      const mustBeWhole = mayBeWhole && way !== 'resetAndDestroy';
      expect([mustBeWhole, mayBeWhole]).toContain(isWhole);
      await expect.poll(leases).toBe(0);
    });

    it.each(['reads on', 'leaves'])('while a client pauses, which then %s', async (what) => {
      const ended = Promise.withResolvers<void>();
      script = (socket) => {
        socket.write(HEAD + LARGE + CHUNK);
        // Its answer is stuck by now: neither side takes more.
        setImmediate(() => {
          socket[way]();
          ended.resolve();
        });
      };
      const slow = client(request('Connection: close')).pause();
      await ended.promise;
      if (what === 'leaves') slow.destroy();
      const text = await rest(slow);
      const isTold = /event: error\ndata: \{.*"upstream_broken".*\}\n\n\r\n0\r\n\r\n$/.test(text);
      expect(isTold).toBe(what === 'reads on');
      await expect.poll(leases).toBe(0);
    });
  });

  it('at any time, many at once, leave nobody waiting', async () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    script = (socket) => {
      const [cut, way] = [random(ANSWER.length + 40), WAYS[random(3)]!];
      const end = (): void => void (cut < ANSWER.length && socket[way]());
      socket.write(ANSWER.slice(0, cut), () => (random(2) === 0 ? end() : setImmediate(end)));
    };
    const one = async (): Promise<void> => {
      const isLeaver = random(3) === 0;
      const socket = client(request('Connection: close'));
      if (isLeaver) socket.once('data', () => socket.destroy());
      if (random(4) === 0) setImmediate(() => socket.destroy());
      await rest(socket);
    };
    const lane = async (): Promise<void> => {
      for (let count = 0; count < 25; count += 1) await one();
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    await expect.poll(leases).toBe(0);
  });

  it.each(['reads', 'pauses'])('by a SIGKILL while the client %s', async (what) => {
    const args = [FAKE_SERVER, '--tokens', '10000000'];
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    await drover.app.close();
    await startWith(Number(/port (\d+)/.exec(line.toString())![1]));
    const reader = client(request('Connection: close'));
    await once(reader, 'readable');
    const gone = once(server, 'exit');
    const early = what === 'reads' ? rest(reader) : null;
    server.kill('SIGKILL');
    await gone;
    expect(await (early ?? rest(reader))).toContain('upstream_broken');
    await expect.poll(leases).toBe(0);
  });
});
