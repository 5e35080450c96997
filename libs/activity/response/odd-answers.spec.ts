import { describe, expect, it } from 'vitest';
import { ResponseFacts } from './response-facts.interface.js';
import { LegacyTokens } from './legacy-tokens.js';
import { ResponseReader, ResponseSummary } from './response.reader.js';

const EVENTS = 'text/event-stream';

interface Case {
  readonly what: string;
  readonly body: string | object;
  readonly contentType?: string;
  readonly path?: string;
  readonly facts: Partial<ResponseFacts>;
  readonly legacy?: Partial<LegacyTokens>;
}

function textOf({ body }: Case): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function summaryOf(test: Case, pieces: readonly Uint8Array[]): ResponseSummary {
  const { path = '/v1/chat/completions', contentType = 'application/json' } = test;
  const reader = new ResponseReader({ path, status: 200, contentType, nowMs: () => 5 });
  for (const piece of pieces) reader.push(piece);
  return reader.finish(true);
}

function lines(end: string, ...texts: readonly string[]): string {
  return texts.map((text) => `${text}${end}${end}`).join('');
}

const CONTENT = 'data: {"choices":[{"delta":{"content":"ü"}}]}';
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}';
const DONE = 'data: [DONE]';
const WHOLE = { inputTokensTotal: 3, outputTokens: 4, contentChunks: 1, complete: true };
const WHOLE_ROW = { input_tokens: 3, output_tokens: 4, cache_tokens: -1, tokens_per_second: -1 };

const FORMS: readonly Case[] = [
  {
    what: 'lines that end with a carriage return alone',
    contentType: EVENTS,
    body: lines('\r', CONTENT, USAGE, DONE),
    facts: WHOLE,
    legacy: WHOLE_ROW,
  },
  {
    what: 'lines that end with both',
    contentType: EVENTS,
    body: lines('\r\n', CONTENT, USAGE, DONE),
    facts: WHOLE,
    legacy: WHOLE_ROW,
  },
  {
    what: 'a byte order mark before the first event',
    contentType: EVENTS,
    body: `\uFEFF${lines('\n', CONTENT, USAGE, DONE)}`,
    facts: WHOLE,
    legacy: WHOLE_ROW,
  },
  {
    what: 'comments, names, ids, and blanks around the data',
    contentType: 'Text/Event-Stream; charset="UTF-8"',
    body: `: ping\nid: 7\nretry: 3\nevent: chunk\n${CONTENT}  \n\n:\n \t${USAGE}\t\n\ndata:[DONE]\n\n`,
    facts: WHOLE,
    legacy: WHOLE_ROW,
  },
  {
    what: 'a last event without a line end, and no [DONE]',
    contentType: EVENTS,
    body: `${CONTENT}\n\n${USAGE.replace('[]', '[{"delta":{},"finish_reason":"stop"}]')}`,
    facts: { ...WHOLE, finishReason: 'stop' },
    legacy: WHOLE_ROW,
  },
  {
    what: 'usage in front of the chunk that finishes',
    contentType: EVENTS,
    body: lines('\n', CONTENT, USAGE, 'data: {"choices":[{"finish_reason":"length"}]}', DONE),
    facts: { ...WHOLE, finishReason: 'length' },
    legacy: WHOLE_ROW,
  },
  {
    what: 'damaged events between the good ones',
    contentType: EVENTS,
    body: lines('\n', CONTENT, 'data: {"choices":[{"del', 'data: ', 'data: NaN', USAGE, DONE),
    facts: WHOLE,
    legacy: WHOLE_ROW,
  },
  {
    what: 'an event that is called an error',
    contentType: EVENTS,
    body: lines('\r\n', CONTENT, 'event: error\r\ndata: {"code":500,"message":"out of memory"}'),
    facts: { complete: false, error: 'out of memory', contentChunks: 1 },
  },
  {
    what: 'a name that holds for its own event only',
    contentType: EVENTS,
    body: `event: error\n\ndata: {"message":"hello"}\n\n${lines('\n', CONTENT, USAGE, DONE)}`,
    facts: WHOLE,
    legacy: WHOLE_ROW,
  },
  {
    what: 'an error that is no more than a number',
    contentType: EVENTS,
    body: lines('\n', 'data: {"error":{"code":503}}'),
    facts: { complete: false, error: 'error 503' },
  },
  {
    what: 'output that is no text: refusals, calls, audio',
    contentType: EVENTS,
    body: lines(
      '\n',
      'data: {"choices":[{"delta":{"refusal":"no"}}]}',
      'data: {"choices":[{"delta":{"function_call":{"arguments":"{"}}}]}',
      'data: {"choices":[{"delta":{"audio":{"data":"AAAA"}}}]}',
      DONE,
    ),
    facts: { contentChunks: 3, complete: true },
  },
];

const unknownRow = { input_tokens: 0, output_tokens: 0, cache_tokens: -1 };

const FIGURES: readonly Case[] = [
  {
    what: 'counts below zero',
    body: {
      usage: {
        prompt_tokens: -1,
        completion_tokens: -1,
        prompt_tokens_details: { cached_tokens: -1 },
      },
    },
    facts: { inputTokensTotal: null, outputTokens: null, cachedTokens: null },
    legacy: unknownRow,
  },
  {
    what: 'counts beyond what is exact',
    body: '{"usage":{"prompt_tokens":9007199254740993,"completion_tokens":1e300}}',
    facts: { inputTokensTotal: null, outputTokens: null },
    legacy: unknownRow,
  },
  {
    what: 'counts beyond what a number can hold',
    body: '{"usage":{"prompt_tokens":1e999,"completion_tokens":-1e999}}',
    facts: { inputTokensTotal: null, outputTokens: null },
    legacy: unknownRow,
  },
  {
    what: 'counts written as texts',
    body: { usage: { prompt_tokens: '3', completion_tokens: '4' } },
    facts: { inputTokensTotal: null, outputTokens: null, complete: true },
  },
  {
    what: 'more tokens from the cache than there are',
    body: {
      usage: {
        prompt_tokens: 5,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 9 },
      },
      metrics: { time_to_first_token_ms: 10 },
    },
    facts: {
      inputTokensTotal: 5,
      cachedTokens: 9,
      inputTokensUncached: null,
      promptPerSecond: null,
      ttftMs: 10,
    },
    legacy: { input_tokens: 5, cache_tokens: 9, prompt_per_second: -1 },
  },
  {
    what: 'timings that are none',
    body: {
      timings: {
        prompt_n: -1,
        prompt_ms: -3,
        predicted_n: 'x',
        predicted_per_second: -7,
        cache_n: 1e300,
      },
    },
    facts: {
      inputTokensTotal: null,
      outputTokens: null,
      promptMs: null,
      tokensPerSecond: null,
      cachedTokens: null,
      source: 'timings',
    },
    legacy: { input_tokens: -1, output_tokens: 0, cache_tokens: -1 },
  },
  {
    what: 'timings with parts of tokens',
    body: { timings: { prompt_n: 18.7, predicted_n: 3.2 } },
    facts: { outputTokens: 3.2 },
    legacy: { input_tokens: 18, output_tokens: 3 },
  },
  {
    what: 'a body with a byte order mark',
    body: '\uFEFF {"usage":{"prompt_tokens":3,"completion_tokens":4}}\r\n',
    facts: { inputTokensTotal: 3, outputTokens: 4, complete: true },
    legacy: { input_tokens: 3, output_tokens: 4 },
  },
  {
    what: 'the same member twice: the last one',
    body: '{"usage":{"prompt_tokens":1},"usage":{"prompt_tokens":5,"completion_tokens":6}}',
    facts: { inputTokensTotal: 5, outputTokens: 6 },
    legacy: { input_tokens: 5, output_tokens: 6 },
  },
  {
    what: 'a figure that inherited names would give',
    body: '{"__proto__":{"usage":{"prompt_tokens":5}},"constructor":{"usage":1}}',
    facts: { source: 'none', inputTokensTotal: null, complete: true },
  },
  {
    what: 'the flags of builds of 2024',
    path: '/completion',
    body: { content: 'x', stop: true, stopped_eos: false, stopped_limit: true },
    facts: { finishReason: 'length' },
  },
  {
    what: 'a text that begins like JSON',
    path: '/v1/audio/transcriptions',
    contentType: 'text/plain; charset=utf-8',
    body: '[BLANK_AUDIO] and nothing else',
    facts: { complete: true, error: null },
  },
  {
    what: 'several JSON values, one per line',
    contentType: 'application/x-ndjson',
    body: '{"done":false}\n{"done":true}\n',
    facts: { complete: true, error: null },
  },
  {
    what: 'half a document of a JSON dialect',
    contentType: 'application/problem+json ; charset=utf-8',
    body: '{"usage":{"prompt',
    facts: { complete: false, error: 'response is not valid JSON' },
  },
];

describe.each(FORMS)('$what', (test) => {
  const bytes = Buffer.from(textOf(test));

  it('are read in one piece', () => {
    const { facts, legacy } = summaryOf(test, [bytes]);
    expect(facts).toMatchObject(test.facts);
    expect(legacy.tokens).toMatchObject(test.legacy ?? {});
  });

  it('are read alike wherever the bytes are cut', () => {
    const whole = summaryOf(test, [bytes]);
    for (let at = 1; at < bytes.length; at++) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(summaryOf(test, pieces)).toEqual(whole);
    }
    expect(
      summaryOf(
        test,
        [...bytes].map((byte) => Buffer.of(byte)),
      ),
    ).toEqual(whole);
  });
});

it.each(FIGURES)('$what', (test) => {
  const { facts, legacy } = summaryOf(test, [Buffer.from(textOf(test))]);
  expect(facts).toMatchObject(test.facts);
  expect(legacy.tokens).toMatchObject(test.legacy ?? {});
});
