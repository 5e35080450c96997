import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';
import { parseAnswer } from '../support/raw-http.js';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** An unmasked text frame of fewer than 126 bytes (RFC 6455, 5.2). */
function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, Buffer.byteLength(text)]), Buffer.from(text)]);
}

describe('websockets that pass through', () => {
  let drover: HttpHarness;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  let accepted: PromiseWithResolvers<{ request: IncomingMessage; socket: Duplex }>;

  beforeEach(async () => {
    accepted = Promise.withResolvers();
    upstream = await startUpstream((_request, response) => {
      response.writeHead(418, { 'X-Up': '1' }).end('no sockets here');
    });
    upstream.server.on('upgrade', (request, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      const key = `${request.headers['sec-websocket-key']}${MAGIC}`;
      const accept = createHash('sha1').update(key).digest('base64');
      const protocol = request.headers['sec-websocket-protocol']?.split(',')[0];
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${accept}\r\n` +
          (protocol === undefined ? '\r\n' : `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`),
      );
      accepted.resolve({ request, socket });
    });
    const models = [
      fakeModel('m', { proxy: upstream.url }),
      fakeModel('ignoring', { proxy: upstream.url, ignoreWebsockets: true }),
      fakeModel('dead', { proxy: 'http://127.0.0.1:1' }),
    ];
    drover = await startHttp(fakeConfig(models, { apiKeys: ['key'] }));
  });

  afterEach(async () => {
    upstream.server.closeAllConnections();
    upstream.server.close();
    await drover.app.close();
    if (drover.router.leases !== 0) throw new Error('a lease was not released');
  });

  function handshake(path: string, more = ''): ReturnType<typeof connect> {
    const { port } = new URL(drover.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n` +
        'Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer key\r\n' +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`,
    );
    return socket;
  }

  async function answerTo(path: string, more = ''): Promise<ReturnType<typeof parseAnswer>> {
    let text = '';
    for await (const chunk of handshake(path, more)) text += String(chunk);
    await expect.poll(() => drover.router.leases).toBe(0);
    return parseAnswer(text);
  }

  it('agrees on a sub-protocol and passes messages both ways', async () => {
    const url = `${drover.url.replace('http', 'ws')}/upstream/m/ws?x=1`;
    const headers = { authorization: 'Bearer key' };
    const socket = new WebSocket(url, { protocols: ['chat', 'other'], headers });
    await once(socket, 'open');
    expect(socket.protocol).toBe('chat');
    const server = await accepted.promise;
    expect(server.request.url).toBe('/ws?x=1');
    expect(server.request.headers.authorization).toBeUndefined();
    expect(drover.router.leases).toBe(1);
    const message = once(socket, 'message') as Promise<[MessageEvent]>;
    server.socket.write(textFrame('hello'));
    expect((await message)[0].data).toBe('hello');
    const received = once(server.socket, 'data');
    socket.send('x');
    expect(((await received)[0] as Buffer)[0]).toBe(0x81);
    const closed = once(socket, 'close');
    server.socket.destroy();
    await closed;
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('gives the model back when the client is cut off', async () => {
    const client = handshake('/upstream/m/ws');
    const server = await accepted.promise;
    expect(drover.router.leases).toBe(1);
    const ended = once(server.socket, 'end');
    server.socket.resume();
    client.resetAndDestroy();
    await ended;
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('passes on what a client sends right behind its handshake', async () => {
    const received = Promise.withResolvers<string>();
    upstream.server.on('upgrade', (_request, socket: Duplex, head: Buffer) => {
      if (head.length > 0) received.resolve(head.toString());
      socket.once('data', (data: Buffer) => received.resolve(data.toString()));
    });
    const client = handshake('/upstream/m/ws');
    client.write('EARLY');
    expect(await received.promise).toBe('EARLY');
    client.destroy();
    await expect.poll(() => drover.router.leases).toBe(0);
  });

  it('takes no slot for a model that ignores websockets, and never loads it', async () => {
    const cold = await answerTo('/upstream/ignoring/ws');
    expect(cold.status).toBe(409);
    expect(cold.body).toContain(
      'model ignoring is not loaded; ignored websocket requests cannot start it',
    );
    expect(drover.router.seen).toEqual([]);
    drover.router.states.set('ignoring', 'ready');
    const client = handshake('/upstream/ignoring/ws');
    await accepted.promise;
    expect(drover.router.seen).toEqual([]);
    client.destroy();
  });

  it('passes on the answer of a server that does not upgrade', async () => {
    upstream.server.removeAllListeners('upgrade');
    const answer = await answerTo('/upstream/m/ws');
    expect([answer.status, answer.headers['x-up'], answer.body]).toEqual([
      418,
      '1',
      'no sockets here',
    ]);
  });

  it.each([
    ['/upstream/nobody/ws', 404, 'model not found'],
    ['/upstream/dead/ws', 502, 'refused the connection'],
    ['/v1/realtime', 404, 'not found'],
  ])('answers a handshake on %s with %i', async (path, status, message) => {
    const answer = await answerTo(path);
    expect(answer.status).toBe(status);
    expect(answer.headers['connection']).toBe('close');
    expect(answer.body).toContain(message);
  });

  it('refuses a handshake without a key', async () => {
    const socket = connect(Number(new URL(drover.url).port), '127.0.0.1');
    socket.write('GET /upstream/m/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n');
    socket.write('Upgrade: websocket\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(parseAnswer(text).status).toBe(401);
    expect(drover.router.seen).toEqual([]);
  });

  it('tells a waiting client why its model could not be loaded', async () => {
    drover.router.onAcquire = () =>
      Promise.reject(new DroverError('MODEL_START_FAILED', 'the server of m ended'));
    const answer = await answerTo('/upstream/m/ws');
    expect([answer.status, answer.body]).toEqual([
      502,
      expect.stringContaining('the server of m ended'),
    ]);
  });

  it('stops waiting for a model when the client has left', async () => {
    const aborted = Promise.withResolvers<void>();
    drover.router.onAcquire = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted.resolve();
          reject(new DroverError('CANCELLED', 'left'));
        });
        client.destroy();
      });
    const client = handshake('/upstream/m/ws');
    await aborted.promise;
    expect(drover.router.leases).toBe(0);
  });

  it('treats any other upgrade as the plain request that it also is', async () => {
    const { port } = new URL(drover.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\n');
    socket.write('Upgrade: h2c\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(parseAnswer(text)).toMatchObject({ status: 200, body: 'OK' });
  });
});
