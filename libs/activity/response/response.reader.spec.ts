import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ResponseReader, ResponseSummary } from './response.reader.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/observability/responses');

interface Case {
  readonly input: string;
  readonly path: string;
  readonly status: number;
  readonly content_type: string;
  readonly legacy: {
    readonly tokens: object;
    readonly minimal: boolean;
    readonly error_msg?: string;
    readonly duration_ms_at_least?: number;
  };
  readonly ours: Record<string, unknown>;
}

const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.expect.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case);

function read(test: Case, pieces: readonly Uint8Array[]): ResponseSummary {
  const { path, status, content_type: contentType } = test;
  const reader = new ResponseReader({ path, status, contentType, nowMs: () => 5 });
  for (const piece of pieces) reader.push(piece);
  return reader.finish(true);
}

/** What is read of a stream of these events. */
function summaryOf(events: readonly object[]): ResponseSummary {
  const reader = new ResponseReader({
    path: '/v1/chat/completions',
    status: 200,
    contentType: 'text/event-stream',
    nowMs: () => 5,
  });
  for (const one of events) reader.push(Buffer.from(`data: ${JSON.stringify(one)}\n\n`));
  return reader.finish(true);
}

/** What the fixture wants, in the shape of a summary. */
function wanted(test: Case): object {
  const {
    tokens,
    minimal,
    error_msg: errorMessage = '',
    duration_ms_at_least: engineMs = 0,
  } = test.legacy;
  return { legacy: { tokens, minimal, errorMessage, engineMs }, facts: test.ours };
}

function stream(...events: readonly unknown[]): ResponseSummary {
  const reader = new ResponseReader({
    path: '/v1/chat/completions',
    status: 200,
    contentType: 'text/event-stream',
    nowMs: () => 0,
  });
  for (const event of events) reader.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
  return reader.finish(true);
}

function body(value: unknown, path = '/v1/chat/completions'): ResponseSummary {
  const head = { path, status: 200, contentType: 'application/json', nowMs: () => 0 };
  const reader = new ResponseReader(head);
  reader.push(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  return reader.finish(true);
}

describe('ResponseReader', () => {
  describe.each(cases)('$input', (test) => {
    const bytes = readFileSync(join(folder, test.input));

    it('reads the answer in one piece', () => {
      expect(read(test, [bytes])).toMatchObject(wanted(test));
    });

    it('reads the answer wherever it is cut in two', () => {
      for (let at = 1; at < bytes.length; at++) {
        const summary = read(test, [bytes.subarray(0, at), bytes.subarray(at)]);
        expect(summary).toMatchObject(wanted(test));
      }
    });

    it('reads the answer byte by byte', () => {
      const pieces = [...bytes].map((byte) => Buffer.of(byte));
      expect(read(test, pieces)).toMatchObject(wanted(test));
    });
  });

  it('needs no line end after the last event', () => {
    const test = cases.find(({ input }) => input === 'llamacpp-completion-native-stream.sse')!;
    const bytes = readFileSync(join(folder, test.input));
    const trimmed = Buffer.from(bytes.toString('utf8').trimEnd());
    expect(read(test, [trimmed])).toMatchObject(wanted(test));
  });

  it("keeps nothing of the bytes it is given, which are the connection's", () => {
    const head = { path: '/completion', status: 200, nowMs: () => 0 };
    const text = 'data: {"usage":{"prompt_tokens":3,"completion_tokens":4},"stop":true}';
    for (const contentType of ['text/event-stream', 'application/json']) {
      const reader = new ResponseReader({ ...head, contentType });
      const bytes = Buffer.from(contentType.startsWith('text') ? text : text.slice(6));
      const shared = Buffer.alloc(20);
      for (let at = 0; at < bytes.length; at += 20) {
        const size = bytes.copy(shared, 0, at, at + 20);
        reader.push(shared.subarray(0, size));
      }
      expect(reader.finish(true).facts).toMatchObject({ outputTokens: 4 });
    }
  });

  it('finds the usage behind an output too large to be held', () => {
    const big = 'ü"\\'.repeat(400_000);
    const output = [{ type: 'message', content: [{ type: 'output_text', text: big }] }];
    const usage = { input_tokens: 7, output_tokens: 9 };
    const response = { object: 'response', status: 'completed', output, usage };
    const summary = stream({ type: 'response.completed', response });
    expect(summary.facts).toMatchObject({ inputTokensTotal: 7, outputTokens: 9, complete: true });
    expect(body({ ...response, object: 'response' }).facts).toMatchObject({
      inputTokensTotal: 7,
      finishReason: 'stop',
    });
  });

  it('reads the usage behind an image of 64 MiB', () => {
    const head = { path: '/v1/images/generations', status: 200, nowMs: () => 0 };
    const reader = new ResponseReader({ ...head, contentType: 'application/json' });
    const piece = Buffer.alloc(1024 * 1024, 'A');
    reader.push(Buffer.from('{"data":[{"b64_json":"'));
    for (let count = 0; count < 64; count++) reader.push(piece);
    reader.push(Buffer.from('"}],"usage":{"input_tokens":1,"output_tokens":2}}'));
    expect(reader.finish(true).facts).toMatchObject({ inputTokensTotal: 1, outputTokens: 2 });
  });

  it('says that an answer broke off, whatever it held', () => {
    const head = { path: '/v1/completions', status: 200, contentType: 'application/json' };
    const reader = new ResponseReader({ ...head, nowMs: () => 0 });
    reader.push(Buffer.from('{"usage":{"prompt_tokens":3,"completion_tokens":4}}'));
    expect(reader.finish(false).facts).toMatchObject({ complete: false, outputTokens: 4 });
  });

  it('derives the speed of a stream from the times of its chunks', () => {
    let now = 1000;
    const reader = new ResponseReader({
      path: '/v1/chat/completions',
      status: 200,
      contentType: 'text/event-stream; charset=utf-8',
      nowMs: () => now,
    });
    const push = (event: unknown): void =>
      reader.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    push({ choices: [{ delta: { content: 'a' } }] });
    now = 3000;
    push({ choices: [{ delta: { content: 'b' }, finish_reason: 'stop' }] });
    push({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 101 } });
    expect(reader.contentChunks).toBe(2);
    expect(reader.finish(true).facts).toMatchObject({
      tokensPerSecond: 50,
      tokensPerSecondDerived: true,
      firstContentMs: 1000,
      lastContentMs: 3000,
    });
  });

  it.each([
    [
      'an error event of the Messages API',
      { type: 'error', error: { message: 'busy', type: 'o' } },
    ],
    ['a failed response', { type: 'response.failed', response: { error: { message: 'busy' } } }],
    ['a bare error object', { object: 'error', message: 'busy' }],
  ])('takes %s in a stream for a failure', (_, event) => {
    expect(stream(event).facts).toMatchObject({ complete: false, error: 'busy' });
  });

  it('does not take the null error of a good response for a failure', () => {
    const response = { object: 'response', status: 'completed', error: null };
    expect(body(response).facts).toMatchObject({ error: null, complete: true });
  });

  it('looks for vLLM metrics inside a Responses event too', () => {
    const usage = { input_tokens: 100, output_tokens: 3 };
    const metrics = { time_to_first_token_ms: 50, generation_time_ms: 40, mean_itl_ms: 20 };
    const response = { object: 'response', status: 'completed', usage, metrics };
    const { facts, legacy } = stream({ type: 'response.completed', response });
    expect(facts).toMatchObject({ promptPerSecond: 2000, tokensPerSecond: 50, ttftMs: 50 });
    expect(legacy.tokens.prompt_per_second).toBe(-1);
  });

  it('tells a damaged JSON answer from one that is no JSON', () => {
    expect(body('{"usage":').facts).toMatchObject({ complete: false });
    expect(body('RIFF....').facts).toMatchObject({ complete: true, source: 'none', error: null });
    expect(body('').facts).toMatchObject({ complete: true, source: 'none', error: null });
  });

  it('takes any bytes in any pieces without throwing', () => {
    const head = { path: '/completion', status: 200, nowMs: () => 0 };
    const types = fc.constantFrom('text/event-stream', 'application/json', '');
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array(),
        fc.string().map((text) => Buffer.from(text)),
      ),
    );
    fc.assert(
      fc.property(types, pieces, (contentType, all) => {
        const reader = new ResponseReader({ ...head, contentType });
        for (const piece of all) reader.push(piece);
        expect(reader.finish(true).legacy.tokens).toBeDefined();
      }),
    );
  });

  describe('events that are like each other', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'a',
        '',
        ' ',
        'ü€😀',
        'x"y',
        'x\\',
        '\n',
        '\u2028',
        '"content":"',
        '","usage":{}',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const delta = text.map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
    const event = fc.oneof(
      { weight: 8, arbitrary: delta },
      text.map((content) => ({ content, stop: false, index: 0 })),
      text.map((content) => ({ content, stop: false, stop_type: 'limit' })),
      text.map((answer) => ({ type: 'response.output_text.delta', delta: answer })),
      fc
        .tuple(delta, fc.nat(9))
        .map(([one, output_tokens]) => ({ ...one, usage: { output_tokens } })),
      fc.tuple(delta, text).map(([one, message]) => ({ ...one, error: { message } })),
      fc.tuple(text, text).map(([content, reasoning]) => ({
        choices: [{ delta: { reasoning, content } }, { delta: { content } }],
      })),
      fc.constantFrom(
        { choices: [{ delta: { content: 'e' }, finish_reason: 'stop' }] },
        { choices: [{ delta: { role: 'assistant', content: '' } }] },
        { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
      ),
    );
    const line = fc.oneof(
      { weight: 6, arbitrary: event.map((value) => `data: ${JSON.stringify(value)}\n`) },
      event.map((value) => `data:${JSON.stringify(value, null, 1).replaceAll('\n', '')}\r\n`),
      fc.constantFrom('\n', '\r\n', ': ping\n', 'data: [DONE]\n', 'data: {"content":"\u0001"}\n'),
    );

    it('are read as they are read one byte at a time', () => {
      const head = {
        path: '/v1/chat/completions',
        status: 200,
        contentType: 'text/event-stream',
        nowMs: () => 5,
      };
      fc.assert(
        fc.property(fc.array(line, { maxLength: 25 }), fc.boolean(), (lines, joined) => {
          const [quick, plain] = [new ResponseReader(head), new ResponseReader(head)];
          const chunks = joined ? [lines.join('\n')] : lines.map((one) => `${one}\n`);
          for (const chunk of chunks) quick.push(Buffer.from(chunk));
          for (const byte of Buffer.from(chunks.join(''))) plain.push(Buffer.of(byte));
          expect(quick.contentChunks).toBe(plain.contentChunks);
          expect(quick.finish(true)).toEqual(plain.finish(true));
        }),
        { numRuns: 2000 },
      );
    });

    it('are not parsed again', () => {
      const reader = new ResponseReader({
        path: '/v1/chat/completions',
        status: 200,
        contentType: 'text/event-stream',
        nowMs: () => 5,
      });
      const parse = vi.spyOn(JSON, 'parse');
      for (let count = 0; count < 50; count++) {
        const choices = [{ index: 0, delta: { content: ` word ${count}` } }];
        reader.push(Buffer.from(`data: ${JSON.stringify({ choices })}\n\n`));
      }
      expect(parse).toHaveBeenCalledOnce();
      parse.mockRestore();
      expect(reader.contentChunks).toBe(50);
    });
  });

  it('takes no shortcut past anything that an event tells', () => {
    const number = fc.option(fc.nat(50), { nil: null });
    const usage = fc.option(fc.record({ prompt_tokens: number, completion_tokens: number }));
    const word = fc.constantFrom('stop', 'length', '', null);
    const choice = fc.record(
      {
        text: fc.constantFrom('a', ''),
        finish_reason: word,
        delta: fc.record({ content: fc.constantFrom('b', '', null) }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    const event = fc.record(
      {
        object: fc.constantFrom('chat.completion.chunk', 'response', 'error'),
        status: fc.constantFrom('completed', 'incomplete'),
        message: fc.constantFrom('bad', { usage: { input_tokens: 3 } }),
        error: fc.constantFrom(null, 'broken', { message: 'broken' }),
        type: fc.constantFrom('error', 'message_stop', 'x.delta'),
        stop_reason: word,
        stop_type: word,
        delta: fc.constantFrom('c', { stop_reason: 'end_turn' }),
        timings: fc.constantFrom(null, { prompt_n: 4, predicted_n: 5 }),
        tokens_evaluated: number,
        choices: fc.array(choice, { maxLength: 2 }),
        usage,
      },
      { requiredKeys: ['choices'] },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 4 }), (events) => {
        // A member that changes nothing makes every event one that is looked at in full.
        const full = events.map((one) => ({ ...one, stop: false }));
        expect(summaryOf(events)).toEqual(summaryOf(full));
      }),
    );
  });
});
