import { once } from 'node:events';
import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { UpstreamRequest } from '#lib/proxy';
import { RecordedAnswer } from '../../libs/proxy/testing/recorded-answer.js';
import { WireOptions, WirePool } from '../../libs/proxy/wire/index.js';

const REQUEST: UpstreamRequest = { method: 'POST', path: '/', headers: [], body: null };
const HELLO = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

function ask(pool: WirePool): RecordedAnswer {
  const receiver = new RecordedAnswer();
  pool.send(REQUEST, receiver);
  return receiver;
}

const over = async (receiver: RecordedAnswer): Promise<unknown> => {
  await expect.poll(() => receiver.isComplete || receiver.error !== null).toBe(true);
  return receiver.error;
};

describe('WirePool', () => {
  let clock: VirtualClock;
  let server: Server;
  let sockets: Socket[];
  let answer: (socket: Socket) => void;
  const pools: WirePool[] = [];

  beforeEach(async () => {
    clock = new VirtualClock();
    sockets = [];
    answer = (socket) => socket.write(HELLO);
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', () => answer(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.destroy()));
    for (const socket of sockets) socket.destroy();
    server.close();
    if (clock.pendingTimers > 0) throw new Error('a timer was left behind');
  });

  function open(more: Partial<WireOptions> = {}): WirePool {
    const limits = { connectMs: null, headersMs: null, idleMs: null, keepAliveMs: null };
    const { port } = server.address() as AddressInfo;
    const where = { host: '127.0.0.1', port, authority: 'model' };
    const pool = new WirePool({ ...where, ...limits, ...more }, clock);
    pools.push(pool);
    return pool;
  }

  it('uses the connection used last, and opens one where all are busy', async () => {
    const pool = open();
    await Promise.all([ask(pool), ask(pool)].map(over));
    expect(pool.size).toBe(2);
    for (let count = 0; count < 3; count += 1) await over(ask(pool));
    expect([pool.size, sockets.length]).toEqual([2, 2]);
  });

  it('closes a connection that nobody has used for too long', async () => {
    const pool = open({ idleMs: 1000 });
    await over(ask(pool));
    clock.advance(600);
    await over(ask(pool));
    clock.advance(999);
    expect(pool.size).toBe(1);
    const closed = once(sockets[0]!, 'close');
    clock.advance(1);
    expect(pool.size).toBe(0);
    await closed;
  });

  it('does not wait for the server to close a connection that it keeps for a while only', async () => {
    answer = (socket) => socket.write(HELLO.replace('\r\n', '\r\nKeep-Alive: timeout=5\r\n'));
    const pool = open({ idleMs: 90_000 });
    await over(ask(pool));
    clock.advance(3999);
    expect(pool.size).toBe(1);
    clock.advance(1);
    expect(pool.size).toBe(0);
  });

  it('waits for the head of an answer as long as it may', async () => {
    const arrived = Promise.withResolvers<Socket>();
    answer = (socket) => arrived.resolve(socket);
    const receiver = ask(open({ headersMs: 500 }));
    (await arrived.promise).write('HTTP/1.1 100 Continue\r\n\r\n');
    await expect.poll(() => receiver.interim).toEqual([100]);
    clock.advance(499);
    expect(receiver.error).toBeNull();
    clock.advance(1);
    expect(receiver.error).toMatchObject({ code: 'WIRE_HEADERS_TIMEOUT' });
  });

  it('does not limit what comes behind the head', async () => {
    answer = (socket) => socket.write(HELLO.slice(0, -1));
    const receiver = ask(open({ headersMs: 500 }));
    await expect.poll(() => receiver.content.toString()).toBe('hell');
    clock.advance(10_000);
    sockets[0]!.write('o');
    expect(await over(receiver)).toBeNull();
  });

  it('waits for a connection as long as it may', () => {
    const receiver = ask(open({ connectMs: 300 }));
    expect(receiver.link?.isOpen).toBe(false);
    clock.advance(300);
    expect(receiver.error).toMatchObject({ code: 'WIRE_CONNECT_TIMEOUT' });
  });

  it('tells who cannot be connected to', async () => {
    const pool = open();
    server.close();
    await once(server, 'close');
    expect(await over(ask(pool))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(pool.size).toBe(0);
  });

  it('refuses what cannot be sent and keeps the connection', async () => {
    const pool = open();
    await over(ask(pool));
    const receiver = new RecordedAnswer();
    pool.send({ ...REQUEST, headers: ['X-A', 'a\r\nX-B: b'] }, receiver);
    expect(receiver.error).toMatchObject({ code: 'WIRE_BAD_REQUEST' });
    await over(ask(pool));
    expect(sockets).toHaveLength(1);
  });

  it('lets what is under way end when it is closed, and takes nothing new', async () => {
    const arrived = Promise.withResolvers<Socket>();
    const pool = open();
    await over(ask(pool));
    answer = (socket) => arrived.resolve(socket);
    const receiver = ask(pool);
    const socket = await arrived.promise;
    pool.close();
    expect(ask(pool).error).toMatchObject({ code: 'WIRE_CLOSED' });
    socket.write(HELLO);
    expect(await over(receiver)).toBeNull();
    expect(pool.size).toBe(0);
  });

  it('ends everything at once when it is destroyed', async () => {
    const arrived = Promise.withResolvers<Socket>();
    answer = (socket) => arrived.resolve(socket);
    const pool = open();
    const receiver = ask(pool);
    const closed = once(await arrived.promise, 'close');
    await pool.destroy();
    expect(receiver.error).toMatchObject({ code: 'WIRE_CLOSED' });
    await closed;
  });

  it('reads nothing while it is paused', async () => {
    const many = `HTTP/1.1 200 OK\r\n\r\n`;
    const pool = open();
    answer = (socket) => socket.write(many);
    const receiver = ask(pool);
    await expect.poll(() => receiver.status).toBe(200);
    receiver.link!.pause();
    const written = new Promise<void>((resolve) => {
      sockets[0]!.write('hello', () => resolve());
    });
    await written;
    await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.content.toString()).toBe('');
    receiver.link!.resume();
    await expect.poll(() => receiver.content.toString()).toBe('hello');
  });

  it('gives a request up without a word', async () => {
    const arrived = Promise.withResolvers<Socket>();
    answer = (socket) => arrived.resolve(socket);
    const pool = open();
    const receiver = ask(pool);
    const closed = once(await arrived.promise, 'close');
    receiver.link!.abort();
    await closed;
    expect([receiver.error, receiver.isComplete, pool.size]).toEqual([null, false, 0]);
  });
});
