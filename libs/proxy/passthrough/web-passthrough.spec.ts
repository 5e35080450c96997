import { EventEmitter } from 'node:events';
import { ClientRequest, IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import { ForwardOutcome } from '../response-observer.interface.js';
import { PassthroughRequest } from './passthrough-request.interface.js';
import { WebPassthrough } from './web-passthrough.js';

/** A client's side that remembers what was done to it. */
class FakeResponse extends EventEmitter {
  readonly req = { method: 'POST', httpVersion: '1.1', httpVersionMajor: 1 };
  readonly seen: string[] = [];
  accepts = true;
  writableEnded = false;
  writableFinished = false;
  writableNeedDrain = false;
  destroyed = false;

  hasHeader(): boolean {
    return false;
  }

  writeHead(status: number): void {
    this.seen.push(`head ${status}`);
  }

  flushHeaders(): void {}

  write(chunk: Uint8Array | string, done?: () => void): boolean {
    this.seen.push(`write ${String(chunk).slice(0, 20)}`);
    done?.();
    return this.accepts;
  }

  end(text?: string): void {
    this.writableEnded = true;
    this.writableFinished = true;
    this.seen.push(`end ${text?.slice(0, 20) ?? ''}`.trimEnd());
    this.emit('close');
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.seen.push('destroy');
    this.emit('close');
  }
}

class FakeOutgoing extends EventEmitter {
  readonly socket = { connecting: false };
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
  }
}

class FakeAnswer extends EventEmitter {
  readonly rawTrailers: string[] = [];
  readonly seen: string[] = [];
  complete = false;

  constructor(
    readonly statusCode: number,
    readonly rawHeaders: readonly string[] = [],
  ) {
    super();
  }

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

let clock: VirtualClock;
let response: FakeResponse;
let outgoing: FakeOutgoing;
let outcome: ForwardOutcome | DroverError | null;
let observed: string[];

beforeEach(() => {
  clock = new VirtualClock();
  response = new FakeResponse();
  outgoing = new FakeOutgoing();
  outcome = null;
  observed = [];
});

function settle(value: ForwardOutcome | DroverError): void {
  outcome = value;
}

function begin(more: Partial<PassthroughRequest> = {}): WebPassthrough {
  const timeouts = { connect: 1, responseHeader: 5, tlsHandshake: 1 };
  const target = { id: 'm', kind: 'local', url: new URL('http://127.0.0.1'), timeouts };
  const observer = {
    onStart: (status: number) => observed.push(`start ${status}`),
    onChunk: ({ length }: Uint8Array) => observed.push(`chunk ${length}`),
    onEnd: ({ result }: ForwardOutcome) => observed.push(`end ${result}`),
  };
  const request = Object.assign(new PassThrough(), { headers: {} });
  const call = { request, response, target, path: '/', query: '', observer, ...more };
  const result = { resolve: settle, reject: settle };
  const passing = new WebPassthrough(call as unknown as PassthroughRequest, clock, result);
  passing.onOutgoing(outgoing as unknown as ClientRequest);
  return passing;
}

function answer(passing: WebPassthrough, status = 200, ...headers: string[]): FakeAnswer {
  const fake = new FakeAnswer(status, headers);
  passing.onAnswer(fake as unknown as IncomingMessage);
  return fake;
}

const EVENTS = ['Content-Type', 'text/event-stream'];

describe('WebPassthrough', () => {
  it('carries an answer over and reports when the client has it', () => {
    const fake = answer(begin());
    fake.emit('data', Buffer.from('ab'));
    fake.emit('end');
    expect(response.seen).toEqual(['head 200', 'write ab', 'end']);
    expect(outcome).toEqual({ result: 'completed', status: 200, bodyBytes: 2 });
    expect(observed).toEqual(['start 200', 'chunk 2', 'end completed']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('reads no further than the client does', () => {
    const fake = answer(begin());
    response.accepts = false;
    fake.emit('data', Buffer.from('ab'));
    expect(fake.seen).toEqual(['pause']);
    response.emit('drain');
    expect(fake.seen).toEqual(['pause', 'resume']);
  });

  it('gives the server up when the client leaves', () => {
    answer(begin()).emit('data', Buffer.from('ab'));
    response.destroy();
    expect(outgoing.destroyed).toBe(true);
    expect(outcome).toEqual({ result: 'clientGone', status: 200, bodyBytes: 2 });
  });

  it('waits for the head as long as it may and no longer', () => {
    begin();
    clock.advance(4999);
    expect(outcome).toBeNull();
    clock.advance(1);
    expect(outcome).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect([outgoing.destroyed, response.seen]).toEqual([true, []]);
  });

  it('leaves the response alone when there is no answer', () => {
    begin().onError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
    expect(outcome).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect([response.seen, observed]).toEqual([[], ['end upstreamBroken']]);
    expect(response.listenerCount('close')).toBe(0);
  });

  it('refuses an answer that somebody else may better', () => {
    const fake = answer(begin({ declines: (status) => status === 503 }), 503);
    expect(fake.seen).toEqual(['destroy']);
    expect(outcome).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(response.seen).toEqual([]);
  });

  it('ends events that break off with one that says so, and keeps the proxy from cutting it', () => {
    const fake = answer(begin(), 200, ...EVENTS);
    fake.on('error', () => response.destroy());
    fake.on('close', () => fake.complete || response.destroy());
    fake.emit('data', Buffer.from('data: 1\n\n'));
    fake.emit('aborted');
    if (fake.listenerCount('error') > 0) fake.emit('error', new Error('aborted'));
    fake.emit('close');
    fake.emit('data', Buffer.from('late'));
    expect(response.seen.slice(1)).toEqual(['write data: 1\n\n', 'end event: error\ndata: {']);
    expect(outcome).toMatchObject({ result: 'upstreamBroken' });
  });

  it.each([[[]], [[...EVENTS, 'Content-Length', '9']], [[...EVENTS, 'Content-Encoding', 'br']]])(
    'cuts what breaks off where no event fits: %j',
    (headers) => {
      const fake = answer(begin(), 200, ...headers);
      fake.emit('data', Buffer.from('ab'));
      fake.emit('aborted');
      expect(response.seen).toEqual(['head 200', 'write ab', 'destroy']);
      expect(outcome).toMatchObject({ result: 'upstreamBroken' });
    },
  );

  it.each([
    [undefined, 'cancelled'],
    [new DroverError('SHUTTING_DOWN', 'Drover is shutting down'), 'shutting_down'],
  ])('ends events that are cancelled with one that says why: %s', (reason, code) => {
    const cancelling = new AbortController();
    const texts: (string | undefined)[] = [];
    response.end = (text) => texts.push(text);
    answer(begin({ signal: cancelling.signal }), 200, ...EVENTS);
    cancelling.abort(reason);
    expect(texts.join()).toContain(`"code":"${code}"`);
    expect(outgoing.destroyed).toBe(true);
    expect(outcome).toMatchObject({ result: 'upstreamBroken' });
  });

  it('can be cancelled before the answer', () => {
    const cancelling = new AbortController();
    begin({ signal: cancelling.signal });
    cancelling.abort();
    expect(outcome).toMatchObject({ code: 'CANCELLED' });
    expect(outgoing.destroyed).toBe(true);
  });

  it('counts a body of unknown length and refuses what is too long', () => {
    const request = new PassThrough();
    const headers = { 'transfer-encoding': 'chunked' };
    const parts = { request: Object.assign(request, { headers }), limitBytes: 10 };
    begin(parts as unknown as Partial<PassthroughRequest>);
    request.emit('data', Buffer.alloc(10));
    expect(outcome).toBeNull();
    request.emit('data', Buffer.alloc(1));
    expect(outcome).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it('counts what stood in the beginning too', () => {
    const request = new PassThrough();
    const headers = { 'transfer-encoding': 'chunked' };
    const start = { bytes: Buffer.alloc(2), insteadOfBytes: 9 };
    const parts = { request: Object.assign(request, { headers }), limitBytes: 10, begin: start };
    begin(parts as unknown as Partial<PassthroughRequest>);
    request.emit('data', Buffer.alloc(2));
    expect(outcome).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});
