import { describe, expect, it } from 'vitest';
import { LegacyTokenCounter } from './legacy-tokens.js';

function whole(answer: unknown, path = '/v1/chat/completions') {
  const counter = new LegacyTokenCounter();
  counter.seeBody(answer, path);
  return counter.finish();
}

function stream(...events: readonly unknown[]) {
  const counter = new LegacyTokenCounter();
  for (const event of events) counter.see(event);
  return counter.finish();
}

describe('the compatible record', () => {
  const unknown = {
    cache_tokens: -1,
    draft_tokens: -1,
    draft_acc_tokens: -1,
    input_tokens: 0,
    output_tokens: 0,
    prompt_per_second: -1,
    tokens_per_second: -1,
  };

  it.each<[string, unknown, string]>([
    ['usage below response', { response: { usage: { input_tokens: 3 } } }, '/v1/responses'],
    ['usage below message', { message: { usage: { input_tokens: 3 } } }, '/v1/messages'],
    ['an infill array without timings', [{ content: 'x' }], '/infill'],
    ['an empty infill array', [], '/infill'],
    ['an array elsewhere', [{ timings: { prompt_n: 1 } }], '/v1/chat/completions'],
  ])('of a whole answer is minimal with %s', (_what, answer, path) => {
    expect(whole(answer, path).minimal).toBe(true);
  });

  it.each<[string, object, object]>([
    ['a usage of null', { usage: null }, {}],
    ['timings of null', { timings: null }, {}],
    ['whole tokens', { usage: { prompt_tokens: 10.7 } }, { input_tokens: 10 }],
    ['the first name there is', { usage: { prompt_tokens: 0, input_tokens: 5 } }, {}],
    [
      'drafts of vLLM without what was accepted',
      { usage: {}, metrics: { speculative_decoding: { num_draft_tokens: 4 } } },
      {},
    ],
  ])('of a whole answer knows %s', (_what, answer, tokens) => {
    expect(whole(answer)).toMatchObject({
      minimal: false,
      tokens: { ...unknown, ...tokens },
    });
  });

  it('of a stream finds usage below response and message', () => {
    const outcome = stream(
      { message: { usage: { input_tokens: 3, cache_read_input_tokens: 0 } } },
      { response: { usage: { output_tokens: 4 } } },
      { usage: { input_tokens: 0, output_tokens: 0 } },
    );
    const tokens = { ...unknown, input_tokens: 3, output_tokens: 4, cache_tokens: 0 };
    expect(outcome).toMatchObject({ minimal: false, tokens });
  });
});
