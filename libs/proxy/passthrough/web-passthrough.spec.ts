import { EventEmitter } from 'node:events';
import { ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import { RecordedAnswer } from '../testing/recorded-answer.js';
import { PassthroughRequest } from './passthrough-request.interface.js';
import { WebPassthrough } from './web-passthrough.js';

/** The connection, which Node's client reads too. */
class FakeSocket extends EventEmitter {
  connecting = false;
  readonly told: string[] = [];
  resumed = 0;

  resume(): void {
    this.resumed += 1;
  }
}

class FakeOutgoing extends EventEmitter {
  readonly socket = new FakeSocket();
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
  }
}

/** What Node's client makes of an answer. */
class FakeAnswer extends EventEmitter {
  readonly rawTrailers = ['X-Sum', '1'];
  readonly statusCode = 201;
  readonly rawHeaders = ['X-A', 'b'];
  readonly seen: string[] = [];
  complete = false;

  pause(): void {
    this.seen.push('pause');
  }

  resume(): void {
    this.seen.push('resume');
  }

  destroy(): void {
    this.seen.push('destroy');
  }
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

let clock: VirtualClock;
let outgoing: FakeOutgoing;
let answer: RecordedAnswer;
let nodes: FakeAnswer;
let refused: DroverError[];
let passing: WebPassthrough;

beforeEach(() => {
  clock = new VirtualClock();
  outgoing = new FakeOutgoing();
  answer = new RecordedAnswer();
  nodes = new FakeAnswer();
  refused = [];
});

function begin(more: object = {}, url = 'http://127.0.0.1'): WebPassthrough {
  const timeouts = { connect: 1, responseHeader: 5, tlsHandshake: 1 };
  const target = { id: 'm', kind: 'local', url: new URL(url), timeouts };
  const request = Object.assign(new PassThrough(), { headers: {}, method: 'POST' });
  const call = { request, target, path: '/', query: '', ...more };
  passing = new WebPassthrough(call as unknown as PassthroughRequest, clock, {
    receiver: answer,
    refuse: (failure) => refused.push(failure),
  });
  answer.started(passing);
  const { socket } = outgoing;
  socket.on('data', (bytes: Buffer) => {
    socket.told.push(bytes.toString());
    passing.onAnswer(nodes as unknown as IncomingMessage);
  });
  passing.onOutgoing(outgoing as unknown as ClientRequest);
  return passing;
}

function read(text: string): void {
  passing.take(Buffer.from(text, 'latin1'), outgoing.socket as unknown as Socket);
}

describe('WebPassthrough', () => {
  it('reads an answer itself, and lets the proxy know of it', () => {
    begin();
    read(`${HEAD}X-A: b\r\nContent-Length: 3\r\n\r\nab`);
    expect(outgoing.socket.told).toEqual(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n']);
    read('c');
    expect(outgoing.socket.told).toHaveLength(1);
    expect([answer.status, String(answer.content), answer.isComplete]).toEqual([200, 'abc', true]);
    expect(answer.headers).toEqual(['X-A', 'b', 'Content-Length', '3']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves the end of the connection to those who began it', () => {
    begin();
    read(`${CHUNKED}2\r\nab\r\n`);
    expect(nodes.seen).toEqual([]);
    read('0\r\nX-Sum: 1\r\n\r\n');
    expect([answer.trailers, nodes.seen]).toEqual([['X-Sum', '1'], ['resume']]);
    expect(outgoing.destroyed).toBe(false);
  });

  it('hands interim answers on and tells the proxy nothing of them', () => {
    begin();
    read('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    expect([answer.interim, outgoing.socket.told]).toEqual([[103], []]);
  });

  it('reads no further than the client does', () => {
    begin();
    read(CHUNKED);
    expect(passing.isWaiting).toBe(false);
    passing.pause();
    expect([passing.isWaiting, passing.holdsBytes]).toEqual([true, false]);
    passing.resume();
    expect([passing.isWaiting, outgoing.socket.resumed]).toEqual([false, 1]);
  });

  it('keeps what was encrypted apart while it waits, since more may come all the same', () => {
    begin({}, 'https://127.0.0.1');
    passing.pause();
    expect(passing.holdsBytes).toBe(true);
  });

  it('takes the end of the connection for that of an answer that says nothing else', () => {
    begin();
    read(`${HEAD}\r\nab`);
    outgoing.socket.emit('end');
    expect([String(answer.content), answer.isComplete]).toEqual(['ab', true]);
    outgoing.socket.emit('close');
    passing.onError(new Error('late'));
    expect(answer.error).toBeNull();
  });

  it.each(['end', 'close'])(
    'notices by the %s of the connection that an answer is cut',
    (event) => {
      begin();
      read(`${CHUNKED}2\r\nab`);
      outgoing.socket.emit(event);
      expect(answer.error).toMatchObject({ code: 'WIRE_CLOSED' });
      expect(outgoing.destroyed).toBe(true);
    },
  );

  it('takes what the proxy says when there is no answer', () => {
    begin();
    outgoing.socket.emit('end');
    expect(answer.error).toBeNull();
    passing.onError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
    expect(answer.error).toMatchObject({ code: 'ECONNRESET' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses what is no HTTP, and asks for no more', () => {
    begin();
    read('SSH-2.0-x\r\n');
    read('more');
    expect(answer.error).toMatchObject({ code: 'WIRE_BAD_RESPONSE' });
    expect([outgoing.destroyed, outgoing.socket.told]).toEqual([true, []]);
  });

  it('waits for the head as long as it may and no longer', () => {
    begin();
    clock.advance(4999);
    expect(answer.error).toBeNull();
    clock.advance(1);
    expect(answer.error).toMatchObject({ code: 'WIRE_HEADERS_TIMEOUT' });
    expect(outgoing.destroyed).toBe(true);
  });

  it('gives the server up when nobody wants the answer', () => {
    begin().abort();
    read(`${HEAD}Content-Length: 3\r\n\r\nabc`);
    expect([answer.status, outgoing.destroyed, clock.pendingTimers]).toEqual([null, true, 0]);
  });

  it('gives a request up that was not wanted any more before it was sent', () => {
    begin().abort();
    const late = new FakeOutgoing();
    passing.onOutgoing(late as unknown as ClientRequest);
    expect(late.destroyed).toBe(true);
  });

  it('counts a body of unknown length and refuses what is too long', () => {
    const request = Object.assign(new PassThrough(), {
      headers: { 'transfer-encoding': 'chunked' },
    });
    begin({ request, limitBytes: 10 });
    request.emit('data', Buffer.alloc(10));
    expect(refused).toEqual([]);
    request.emit('data', Buffer.alloc(1));
    expect(refused).toMatchObject([{ code: 'BODY_TOO_LARGE' }]);
  });

  it('counts what stood in the beginning too', () => {
    const request = Object.assign(new PassThrough(), {
      headers: { 'transfer-encoding': 'chunked' },
    });
    const start = { bytes: Buffer.alloc(2), insteadOfBytes: 9 };
    begin({ request, limitBytes: 10, begin: start });
    request.emit('data', Buffer.alloc(2));
    expect(refused).toMatchObject([{ code: 'BODY_TOO_LARGE' }]);
  });
});

describe('an answer that Node reads, behind a tunnel,', () => {
  beforeEach(() => {
    begin();
    passing.onAnswer(nodes as unknown as IncomingMessage);
  });

  it('is handed on as it comes', () => {
    nodes.emit('data', Buffer.from('ab'));
    passing.pause();
    passing.resume();
    nodes.emit('end');
    expect([answer.status, answer.headers, answer.trailers]).toEqual([
      201,
      ['X-A', 'b'],
      ['X-Sum', '1'],
    ]);
    expect([String(answer.content), nodes.seen]).toEqual(['ab', ['pause', 'resume']]);
  });

  it('breaks off without the proxy cutting what the client has not read yet', () => {
    let isCut = false;
    const cut = (): void => void (isCut = true);
    nodes.on('error', cut).on('close', () => nodes.complete || cut());
    nodes.emit('aborted');
    if (nodes.listenerCount('error') > 0) nodes.emit('error', new Error('aborted'));
    nodes.emit('close');
    expect(answer.error).toMatchObject({ code: 'WIRE_CLOSED' });
    expect(isCut).toBe(false);
  });
});
