import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { io } from 'socket.io-client';
import { Server as SocketIoServer } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { DroverFolder } from '../support/drover-folder.js';
import { fakeConfig, fakeModel, fakePeer } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

const KEY = { authorization: 'Bearer key' };
const MEGABYTE = 2 ** 20;

let drover: HttpHarness;
let upstream: WebSocketServer;
/** The server's end of each connection, in the order in which they came. */
let accepted: WebSocket[];

beforeEach(async () => {
  accepted = [];
  upstream = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 64 * MEGABYTE });
  upstream.on('connection', (socket) => {
    accepted.push(socket);
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(upstream, 'listening');
  const proxy = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const peers = new Map([['p', fakePeer('p', { proxy, models: ['far'] })]]);
  const models = [
    fakeModel('m', { proxy }),
    fakeModel('ignoring', { proxy, ignoreWebsockets: true }),
  ];
  drover = await startHttp(fakeConfig(models, { peers, apiKeys: ['key'] }));
});

afterEach(async () => {
  for (const socket of upstream.clients) socket.terminate();
  upstream.close();
  await drover.app.close();
  if (drover.router.leases !== 0) throw new Error('a lease was not released');
});

function open(path: string, protocols: string[] = [], more: ClientOptions = {}): WebSocket {
  const url = `${drover.url.replace('http', 'ws')}${path}`;
  return new WebSocket(url, protocols, { headers: KEY, maxPayload: 64 * MEGABYTE, ...more });
}

async function opened(path = '/upstream/m/ws', protocols: string[] = []): Promise<WebSocket> {
  const socket = open(path, protocols);
  await once(socket, 'open');
  return socket;
}

/** Status of a handshake that is refused. */
async function refusal(path: string, headers: Record<string, string> = KEY): Promise<number> {
  const socket = open(path, [], { headers });
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode: number },
  ];
  socket.on('error', () => undefined).terminate();
  return response.statusCode;
}

async function echoOf(socket: WebSocket, data: string | Buffer): Promise<[Buffer, boolean]> {
  const message = once(socket, 'message');
  socket.send(data);
  return (await message) as [Buffer, boolean];
}

async function close(socket: WebSocket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
  await expect.poll(() => drover.router.leases).toBe(0);
}

describe('clients of websockets', () => {
  it.each(['/upstream/m/ws', '/upstream/p/far/ws?x=%2F'])(
    'exchange text and binary messages through %s',
    async (path) => {
      const socket = await opened(path);
      expect(await echoOf(socket, 'grüße')).toEqual([Buffer.from('grüße'), false]);
      expect(await echoOf(socket, Buffer.from([0, 255, 1]))).toEqual([
        Buffer.from([0, 255, 1]),
        true,
      ]);
      expect(await echoOf(socket, '')).toEqual([Buffer.alloc(0), false]);
      await close(socket);
    },
  );

  it('agree on one of several sub-protocols', async () => {
    const socket = await opened('/upstream/m/ws', ['chat.v2', 'chat.v1']);
    expect(socket.protocol).toBe('chat.v2');
    await close(socket);
  });

  it.each([125, 126, 65_535, 65_536, 20 * MEGABYTE])(
    'exchange a message of %i bytes unchanged',
    async (length) => {
      const socket = await opened();
      const data = Buffer.alloc(length, 'abcdefg');
      const [echo] = await echoOf(socket, data);
      expect(echo.equals(data)).toBe(true);
      await close(socket);
    },
  );

  it('exchange a message in fragments', async () => {
    const socket = await opened();
    const message = once(socket, 'message');
    socket.send('one ', { fin: false });
    socket.send('two ', { fin: false });
    socket.send('three', { fin: true });
    expect(String((await message)[0])).toBe('one two three');
    await close(socket);
  });

  it('get their pings answered by the other end, both ways', async () => {
    const socket = await opened();
    const pong = once(socket, 'pong');
    socket.ping('here?');
    expect(String((await pong)[0])).toBe('here?');
    const answer = once(accepted[0]!, 'pong');
    accepted[0]!.ping('there?');
    expect(String((await answer)[0])).toBe('there?');
    await close(socket);
  });

  it('learn code and reason when the server closes', async () => {
    const socket = await opened();
    const closed = once(socket, 'close');
    accepted[0]!.close(4321, 'enough');
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4321, 'enough']);
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('tell the server code and reason when they close', async () => {
    const socket = await opened();
    const closed = once(accepted[0]!, 'close');
    socket.close(4000, 'done');
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4000, 'done']);
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('learn that the server has died', async () => {
    const socket = await opened();
    const closed = once(socket, 'close');
    accepted[0]!.terminate();
    expect((await closed)[0]).toBe(1006);
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('let the server know that they have died', async () => {
    const socket = await opened();
    const closed = once(accepted[0]!, 'close');
    socket.terminate();
    expect((await closed)[0]).toBe(1006);
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('hold a lease each for as long as they are connected', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => opened()));
    expect(drover.router.leases).toBe(3);
    for (const socket of sockets) socket.close();
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('take no lease of a model that ignores websockets, and cannot load it', async () => {
    expect(await refusal('/upstream/ignoring/ws')).toBe(409);
    drover.router.states.set('ignoring', 'ready');
    const socket = await opened('/upstream/ignoring/ws');
    expect(drover.router.seen).toEqual([]);
    expect(String((await echoOf(socket, 'x'))[0])).toBe('x');
    await close(socket);
  });

  it('are refused without a key', async () => {
    expect(await refusal('/upstream/m/ws', {})).toBe(401);
    expect(drover.router.seen).toEqual([]);
  });

  it('are refused as pages of another origin that would load a model', async () => {
    const headers = { authorization: `Basic ${btoa('x:key')}`, origin: 'https://evil.example' };
    expect(await refusal('/upstream/m/ws', headers)).toBe(403);
    expect(drover.router.seen).toEqual([]);
  });

  it('do not slow each other down: one that does not read holds its own server back', async () => {
    const [slow, quick] = [await opened(), await opened()];
    slow.pause();
    const piece = Buffer.alloc(MEGABYTE);
    for (let count = 0; count < 64; count += 1) accepted[0]!.send(piece);
    expect(String((await echoOf(quick, 'still'))[0])).toBe('still');
    expect(accepted[0]!.bufferedAmount).toBeGreaterThan(16 * MEGABYTE);
    slow.terminate();
    await close(quick);
  });
});

describe('clients of Socket.IO', () => {
  it.each([[['websocket']], [['polling']], [['polling', 'websocket']]])(
    'talk to a server behind Drover by %j',
    async (transports) => {
      const behind = new SocketIoServer({ path: '/live' });
      behind.listen(0);
      behind.on('connection', (socket) => {
        socket.on('double', (value: number, reply: (result: number) => void) => reply(value * 2));
      });
      const { port } = behind.httpServer.address() as AddressInfo;
      drover.router.onAcquire = () => drover.router.lease('m', `http://127.0.0.1:${port}`);
      const options = { path: '/upstream/m/live', transports, extraHeaders: KEY };
      const client = io(drover.url, { ...options, reconnection: false });
      try {
        expect(await client.timeout(20_000).emitWithAck('double', 21)).toBe(42);
      } finally {
        client.disconnect();
        await behind.close();
      }
      await expect.poll(() => drover.router.leases).toBe(0);
    },
  );
});

describe('a websocket to a model that takes its time to load', () => {
  it('waits for it in the whole program, beside the monitoring push', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('slow', '--listen-after-ms 2500'));
    const base = await folder.start().listening();
    const asking = request(new URL('/upstream/slow/ws', base), {
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
    });
    asking.end();
    const [answer, socket] = (await once(asking, 'upgrade')) as [IncomingMessage, Socket];
    expect([answer.statusCode, answer.headers['x-fake-path']]).toEqual([101, '/ws']);
    const echo = once(socket, 'data');
    socket.write('hello');
    expect(String((await echo)[0])).toBe('hello');
    socket.destroy();
  });
});
