import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import { ForwardRequest } from './forward-request.interface.js';
import { ForwardOutcome, ResponseObserver } from './response-observer.interface.js';
import { FakeLink } from './testing/fake-link.js';
import { FakeResponse } from './testing/fake-response.js';
import { UpstreamExchange } from './upstream-exchange.js';
import { UpstreamRequest, UpstreamSender } from './upstream-link.interface.js';
import { UpstreamTarget } from './upstream-target.interface.js';

const target = { id: 'm', kind: 'local' } as UpstreamTarget;

const socketError = (): Error => Object.assign(new Error('gone'), { code: 'UND_ERR_SOCKET' });

describe('UpstreamExchange', () => {
  let response: FakeResponse;
  let link: FakeLink;
  let outcome: ForwardOutcome | DroverError | null;
  let observed: string[];
  let sends: number;
  let method: string;
  let clock: VirtualClock;

  function settle(value: ForwardOutcome | DroverError): void {
    if (outcome) throw new Error('an exchange settles once');
    outcome = value;
  }

  function exchange(more: Partial<ForwardRequest> = {}): UpstreamExchange {
    const observer: ResponseObserver = {
      onStart: (status) => observed.push(`start ${status}`),
      onChunk: (chunk) => observed.push(`chunk ${chunk.length}`),
      onEnd: ({ result }) => observed.push(`end ${result}`),
    };
    const sender = { send: () => (sends += 1) } as unknown as UpstreamSender;
    const forward = { response, target, observer, ...more } as unknown as ForwardRequest;

    const request = { path: '/', method } as UpstreamRequest;
    const result = { resolve: settle, reject: settle };
    const created = new UpstreamExchange(forward, { sender, request, clock }, result);
    created.start();
    return created;
  }

  function answer(headers: Record<string, string>, ...chunks: string[]): UpstreamExchange {
    const running = exchange();
    running.started(link);
    running.began();
    running.head(200, Object.entries(headers).flat());
    for (const chunk of chunks) running.data(Buffer.from(chunk));
    return running;
  }

  beforeEach(() => {
    method = 'POST';
    clock = new VirtualClock();
    response = new FakeResponse();
    link = new FakeLink();
    outcome = null;
    observed = [];
    sends = 0;
  });

  afterEach(() => {
    const leaks = response.listenerCount('close') > 0;
    if (leaks === (outcome !== null)) throw new Error('a settled exchange still listens');
  });

  it('carries head, body and trailers and then reports', () => {
    answer({ 'X-A': '1' }, 'ab', 'c').end(['X-T', 't']);
    expect(response.seen).toEqual([
      'head 200 X-A:1',
      'write ab',
      'write c',
      'trailers X-T:t',
      'end',
    ]);
    expect(outcome).toEqual({ result: 'completed', status: 200, bodyBytes: 3 });
    expect(observed).toEqual(['start 200', 'chunk 2', 'chunk 1', 'end completed']);
  });

  it('sends the head at once when nothing follows it for now', () => {
    const running = answer({});
    running.flush();
    expect(response.seen).toEqual(['head 200 ', 'flush']);
    running.end([]);
  });

  it('announces trailers only when the body can carry them', () => {
    answer({ Trailer: 'X-T' }).end([]);
    expect(response.seen[0]).toBe('head 200 Trailer:X-T');
    [response, outcome] = [new FakeResponse(), null];
    answer({ Trailer: 'X-T', 'Content-Length': '0' }).end([]);
    expect(response.seen[0]).toBe('head 200 Content-Length:0');
  });

  it('pauses the upstream while the client does not read', () => {
    response.accepts = false;
    const running = answer({}, 'a', 'b');
    expect(link.seen).toEqual(['pause']);
    response.emit('drain');
    expect(link.seen).toEqual(['pause', 'resume']);
    running.end([]);
  });

  it('gives the upstream up when the client leaves in the middle', () => {
    const running = answer({}, 'a');
    response.destroy();
    expect(link.seen).toEqual(['abort']);
    expect(outcome).toMatchObject({ result: 'clientGone', status: 200 });
    running.data(Buffer.from('late'));
    running.failed(new Error('aborted'));
    expect(observed.at(-1)).toBe('end clientGone');
  });

  it.each([
    ['end', (running: UpstreamExchange) => running.end([])],
    ['last', (running: UpstreamExchange) => running.last(Buffer.from('b'))],
  ])('leaves a connection alone whose answer is whole, by %s', (_name, complete) => {
    response.accepts = false;
    response.isStuck = true;
    const running = answer({}, 'a');
    complete(running);
    link.seen.length = 0;
    // By now the connection carries another request, while this client has not got everything.
    response.emit('drain');
    response.destroy();
    expect(outcome).toMatchObject({ result: 'clientGone', status: 200 });
    expect(link.seen).toEqual([]);
  });

  it('gives the upstream up when the client has left before the request was sent', () => {
    const running = exchange();
    response.destroy();
    expect(outcome).toMatchObject({ result: 'clientGone', status: null });
    running.started(link);
    expect(link.seen).toEqual(['abort']);
  });

  it('sends nothing for a client that left while it waited', () => {
    response.closed = true;
    exchange();
    expect(sends).toBe(0);
    expect(outcome).toMatchObject({ result: 'clientGone', status: null });
  });

  it.each([
    ['ECONNREFUSED', 'UPSTREAM_UNREACHABLE', /refused the connection \(ECONNREFUSED\)/],
    ['UND_ERR_HEADERS_TIMEOUT', 'UPSTREAM_TIMEOUT', /did not answer within/],
    ['UND_ERR_INVALID_ARG', 'BAD_REQUEST', /cannot be forwarded/],
    ['HPE_INVALID_CONSTANT', 'UPSTREAM_UNREACHABLE', /sent no valid HTTP/],
    ['EWHATEVER', 'UPSTREAM_UNREACHABLE', /failed \(EWHATEVER\)/],
  ])('reports %s before the head as %s and leaves the response alone', (code, expected, text) => {
    exchange().failed(Object.assign(new Error('x'), { code }));
    expect(outcome).toMatchObject({ code: expected, message: expect.stringMatching(text) });
    expect(response.seen).toEqual([]);
  });

  it('repeats a request once when a reused connection closes before any answer', () => {
    const running = exchange();
    link.answers = 1;
    running.started(link);
    running.failed(socketError());
    expect([sends, outcome]).toEqual([2, null]);
    // Whoever refuses a connection now may have read the request from the one before.
    running.failed(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    expect(sends).toBe(2);
    expect(outcome).toMatchObject({ message: expect.stringContaining('before it answered') });
  });

  it.each([
    ['POST', 500, 2],
    ['POST', 501, 1],
    ['GET', 60_000, 2],
  ])(
    'sends a %s lost after %i ms %i times: what may have been done is not done again',
    (...row) => {
      const [asked, afterMs, times] = row;
      method = asked;
      const running = exchange();
      link.answers = 1;
      running.started(link);
      clock.advance(afterMs);
      running.failed(socketError());
      expect(sends).toBe(times);
    },
  );

  it.each(['a fresh connection', 'an answer that has begun'])('does not repeat on %s', (what) => {
    const running = exchange();
    link.answers = what === 'a fresh connection' ? 0 : 3;
    running.started(link);
    if (what !== 'a fresh connection') running.began();
    running.failed(socketError());
    expect(sends).toBe(1);
  });

  it('cuts the connection when the upstream dies in the middle of a body', () => {
    answer({}, 'a').failed(socketError());
    expect(response.seen.slice(1)).toEqual(['write a', 'destroy']);
    expect(outcome).toMatchObject({ result: 'upstreamBroken', status: 200, bodyBytes: 1 });
  });

  it.each([
    ['data: 1\n\n', 'event: error\n'],
    ['data: {"cut', '\n\nevent: error\n'],
  ])(
    'ends an event stream broken after %j by an error event, as a whole one ends',
    (sent, begin) => {
      const running = answer({ 'content-type': 'text/event-stream' }, sent);
      running.failed(socketError());
      expect(response.seen.at(-1)).toContain(`end ${begin}data: {"src":"llama-swap"`);
      expect(outcome).toMatchObject({ result: 'upstreamBroken' });
    },
  );

  it('refuses an answer whose status somebody else shall be asked about, writing nothing', () => {
    const running = exchange({ declines: (status) => status === 503 });
    running.started(link);
    running.began();
    running.head(503, []);
    running.failed(socketError());
    expect(outcome).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(link.seen).toEqual(['abort']);
    expect(response.seen).toEqual([]);
    expect(observed).toEqual(['end upstreamBroken']);
  });

  it('does not end, for those who see it, with a failure after which it is repeated', () => {
    exchange({ repeats: () => true }).failed(socketError());
    expect([outcome, observed]).toMatchObject([{ code: 'UPSTREAM_UNREACHABLE' }, []]);
  });

  it('can be cancelled from outside before and during the answer', () => {
    const canceller = new AbortController();
    exchange({ signal: canceller.signal }).started(link);
    canceller.abort();
    expect(outcome).toMatchObject({ code: 'CANCELLED' });
    expect(link.seen).toEqual(['abort']);
  });

  it.each([
    ['why, when that is known', new DroverError('SHUTTING_DOWN', 'bye'), 'SHUTTING_DOWN'],
    ['that it was cancelled, else', new Error('x'), 'CANCELLED'],
  ])('tells a client of a request that is ended from outside %s', (_case, reason, code) => {
    const canceller = new AbortController();
    exchange({ signal: canceller.signal }).started(link);
    canceller.abort(reason);
    expect(outcome).toMatchObject({ code });
  });

  it('tells why in the events of a stream that is ended from outside', () => {
    const canceller = new AbortController();
    const running = exchange({ signal: canceller.signal });
    running.started(link);
    running.head(200, ['content-type', 'text/event-stream']);
    canceller.abort(new DroverError('SHUTTING_DOWN', 'bye'));
    expect(response.seen.at(-1)).toContain('"code":"shutting_down"');
  });

  it('passes early hints on and nothing else before the final head', () => {
    const running = exchange();
    running.informed(102, []);
    running.informed(103, ['Link', '</a>; rel=preload']);
    expect(response.seen).toEqual(['hints {"link":"</a>; rel=preload"}']);
  });
});
