import { Server, createServer } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answerClientError } from './client-error.js';

/** A connection that notes what is done to it. */
class NotedSocket extends Socket {
  readonly sent: string[] = [];
  isDestroyed = false;
  isDestroyedSoon = false;
  override readonly writable = true;

  override end(text?: unknown): this {
    this.sent.push(String(text));
    return this;
  }

  override destroy(): this {
    this.isDestroyed = true;
    return this;
  }

  override destroySoon(): void {
    this.isDestroyedSoon = true;
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function timeOver(server: Server, socket: Socket): void {
  answerClientError.call({ server }, failure('ERR_HTTP_REQUEST_TIMEOUT'), socket);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('answerClientError', () => {
  it.each(['request', 'upgrade'])(
    'serves the %s that had come when time was over',
    async (event) => {
      const [server, socket] = [createServer(), new NotedSocket()];
      server.on(event, () => {});
      timeOver(server, socket);
      server.emit(event, { socket }, {}, Buffer.alloc(0));
      await turn();
      expect([socket.sent, socket.isDestroyedSoon]).toEqual([[], false]);
    },
  );

  it('ends a connection whose head is not there when time is over', async () => {
    const [server, socket] = [createServer(() => {}), new NotedSocket()];
    const listeners = server.listenerCount('request');
    timeOver(server, socket);
    expect(server.listenerCount('checkContinue')).toBe(0);
    // That of another connection tells nothing.
    server.emit('request', { socket: new NotedSocket() }, {});
    await turn();
    expect(socket.sent).toEqual([expect.stringMatching(/^HTTP\/1\.1 408 [^]*request_timeout/)]);
    expect(socket.isDestroyedSoon).toBe(true);
    expect(server.listenerCount('request')).toBe(listeners);
  });

  it('needs no more listeners for many connections than for one', async () => {
    const server = createServer(() => {});
    const before = server.listenerCount('request');
    const sockets = Array.from({ length: 1000 }, () => new NotedSocket());
    for (const socket of sockets) timeOver(server, socket);
    expect(server.listenerCount('request')).toBe(before + 1);
    server.emit('request', { socket: sockets[7] }, {});
    await turn();
    expect(sockets.filter(({ isDestroyedSoon }) => !isDestroyedSoon)).toEqual([sockets[7]]);
    expect(server.listenerCount('request')).toBe(before);
  });

  it('answers what is no request at once', () => {
    const [server, socket] = [createServer(), new NotedSocket()];
    answerClientError.call({ server }, failure('HPE_INVALID_METHOD'), socket);
    expect(socket.sent).toEqual([expect.stringMatching(/^HTTP\/1\.1 400 [^]*HPE_INVALID_METHOD/)]);
  });

  it('says nothing to a client that has left', () => {
    const [server, socket] = [createServer(), new NotedSocket()];
    answerClientError.call({ server }, failure('ECONNRESET'), socket);
    expect([socket.sent, socket.isDestroyed]).toEqual([[], true]);
  });
});
