import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ActivityEntry, AnswerEnd, NO_UPSTREAM } from '#lib/activity';
import { DroverError, VirtualClock } from '#lib/foundation';
import { ForwardOutcome } from '#lib/proxy';
import { FakeCall } from '../../test/support/fake-call.js';
import { CallRecord } from './call.record.js';

const ANSWER =
  '{"usage":{"prompt_tokens":3,"completion_tokens":4},"choices":[{"finish_reason":"stop"}]}';
const JSON_HEADERS = ['Content-Type', 'application/json'];
const COMPLETED: ForwardOutcome = { result: 'completed', status: 200, bodyBytes: 1 };

function setup(change: (call: FakeCall) => void = () => undefined) {
  const clock = new VirtualClock(1_000_000);
  const call = new FakeCall('m');
  change(call);
  const entries: ActivityEntry[] = [];
  const begun: string[] = [];
  const ends: AnswerEnd[] = [];
  const record = new CallRecord(call, '1', {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    sessionHeaders: ['x-session-id'],
    begin: ({ operation }) => begun.push(`${call.model} ${operation}`),
    end: (_record, end) => ends.push(end),
    finished: (finished) => finished.settle(),
    record: (_record, entry) => entries.push(entry),
  });
  return { clock, call, record, entries, begun, ends };
}

describe('CallRecord', () => {
  it('records an answer with its times and tokens', () => {
    const { clock, call, record, entries, begun, ends } = setup();
    clock.advance(40);
    call.grantedAtMs = 40;
    clock.advance(60);
    record.onStart(200, JSON_HEADERS);
    record.onChunk(Buffer.from(ANSWER));
    clock.advance(10);
    record.onEnd(COMPLETED);
    record.onClosed();
    expect(begun).toEqual(['m chat']);
    expect(ends).toHaveLength(1);
    expect(entries).toMatchObject([
      {
        model: 'm',
        status: 200,
        durationMs: 110,
        errorMessage: '',
        tokens: { input_tokens: 3, output_tokens: 4 },
        detail: {
          outcome: 'ok',
          queueMs: 40,
          firstByteMs: 100,
          upstreamMs: 70,
          responseBytes: ANSWER.length,
          facts: { finishReason: 'stop' },
        },
      },
    ]);
  });

  it('reads a coded answer, and says so when the coding is broken', async () => {
    for (const [bytes, tokens] of [
      [gzipSync(ANSWER), { output_tokens: 4 }],
      [Buffer.from('no gzip'), { output_tokens: 0 }],
    ] as const) {
      const { record, entries } = setup();
      record.onStart(200, [...JSON_HEADERS, 'content-encoding', 'gzip']);
      record.onChunk(bytes);
      record.onEnd(COMPLETED);
      record.onClosed();
      while (entries.length === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(entries[0]!.tokens).toMatchObject(tokens);
      expect(entries[0]!.errorMessage.startsWith('response decompression failed')).toBe(
        tokens.output_tokens === 0,
      );
    }
  });

  it('records a client that leaves in the middle as cancelled', () => {
    const { record, entries } = setup();
    record.onStart(200, ['Content-Type', 'text/event-stream']);
    record.onChunk(Buffer.from('data: {"choices":[{"delta":{"content":"a"}}]}\n\n'));
    record.onEnd({ result: 'clientGone', status: 200, bodyBytes: 1 });
    record.onClosed();
    expect(entries[0]!.detail).toMatchObject({
      outcome: 'cancelled',
      isStream: true,
      facts: { complete: false, contentChunks: 1 },
    });
  });

  it('records an answer that broke off as a failure of the server', () => {
    const { record, entries } = setup();
    record.onStart(200, JSON_HEADERS);
    record.onChunk(Buffer.from('{"usage":'));
    record.onEnd({ result: 'upstreamBroken', status: 200, bodyBytes: 9 });
    record.onClosed();
    expect(entries[0]!.detail).toMatchObject({ outcome: 'server_error' });
  });

  it('records a call that never had an answer with the status of its failure', () => {
    const { record, call, entries, ends } = setup();
    call.failure = new DroverError('CONCURRENCY_LIMIT', 'too many');
    call.response.setHeader('Content-Type', 'application/json');
    record.onClosed();
    expect(ends).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      status: 429,
      contentType: 'application/json',
      errorMessage: 'too many',
      detail: { outcome: 'rejected', facts: null, queueMs: null },
    });
  });

  it('records a client that leaves before any answer', () => {
    const { record, entries } = setup();
    record.onEnd({ result: 'clientGone', status: null, bodyBytes: 0 });
    record.onClosed();
    expect(entries[0]).toMatchObject({ status: 499, detail: { outcome: 'cancelled' } });
  });

  it('does not count the traffic of a model that nobody serves', () => {
    const { record, call, begun, entries } = setup((one) => (one.upstream = null));
    call.failure = new DroverError('MODEL_NOT_FOUND', 'no router');
    record.onClosed();
    expect(begun).toEqual([]);
    expect(entries[0]).toMatchObject({ status: 404, detail: { upstream: NO_UPSTREAM } });
  });

  it('takes the session from the first named header that is not empty', () => {
    const { record, call, entries } = setup();
    call.request.headers['x-session-id'] = ' s1 ';
    record.onClosed();
    expect(entries[0]!.detail.sessionId).toBe('s1');
  });
});
