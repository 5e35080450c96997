import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { ForwardRequest } from './forward-request.interface.js';
import { UpstreamExchange } from './upstream-exchange.js';
import { UpstreamLink, UpstreamRequest } from './upstream-link.interface.js';

/** A client's connection that takes what waits when it is told to. */
class FakeSocket {
  writableLength = 0;
  private readonly waiting: (() => void)[] = [];

  cork(): void {}

  uncork(): void {}

  write(_bytes: string, taken: () => void): boolean {
    this.waiting.push(taken);
    return true;
  }

  takeAll(): void {
    this.writableLength = 0;
    for (const taken of this.waiting.splice(0)) taken();
  }
}

/** An answer whose content goes to a connection that leaves it waiting. */
class FakeResponse extends EventEmitter {
  readonly req = { method: 'POST', httpVersion: '1.1', httpVersionMajor: 1 };
  closed = false;
  destroyed = false;

  constructor(readonly socket: FakeSocket) {
    super();
  }

  hasHeader(): boolean {
    return false;
  }

  writeHead(): void {}

  write(): boolean {
    return true;
  }

  end(): void {}
}

it('pauses the upstream, whose memory is free afterwards, while anything waits for the client', () => {
  const seen: string[] = [];
  const link: UpstreamLink = {
    answers: 0,
    isOpen: true,
    pause: () => seen.push('pause'),
    resume: () => seen.push('resume'),
    abort: () => seen.push('abort'),
  };
  const socket = new FakeSocket();
  const forward = { response: new FakeResponse(socket) } as unknown as ForwardRequest;
  const sender = { send: () => running.started(link), close: () => {}, destroy: async () => {} };
  const result = { resolve: () => {}, reject: () => {} };
  const request = {} as UpstreamRequest;
  const running = new UpstreamExchange(
    forward,
    { sender, request, clock: new VirtualClock() },
    result,
  );
  running.start();
  running.head(200, []);

  socket.writableLength = 1;
  running.data(Buffer.from('a'));
  expect([seen, running.holdsBytes]).toEqual([['pause'], false]);
  socket.takeAll();
  expect(seen).toEqual(['pause', 'resume']);

  running.data(Buffer.from('b'));
  expect([seen, running.holdsBytes]).toEqual([['pause', 'resume'], false]);

  // The connection to the upstream goes on to another request while the last bytes wait.
  socket.writableLength = 1;
  running.data(Buffer.from('c'));
  running.end([]);
  expect(running.holdsBytes).toBe(true);
  socket.takeAll();
  expect(seen).toEqual(['pause', 'resume', 'pause']);
});
