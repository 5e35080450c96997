import { describe, expect, it } from 'vitest';
import { ResponseFacts, ResponseReader } from '#lib/activity';
import { activityEntry } from '#lib/activity/testing';
import { finishedRequest } from './finished-request.js';

function factsOf(body: string, status = 200): ResponseFacts {
  const head = { path: '/v1/chat/completions', status, contentType: '', nowMs: () => 0 };
  const reader = new ResponseReader(head);
  reader.push(Buffer.from(body));
  return reader.finish(true).facts;
}

describe('finishedRequest', () => {
  it('puts times in relation to arrival and forwarding', () => {
    const entry = activityEntry(
      { endedMs: 2000 },
      { startedMs: 1000, upstreamMs: 700, ttftMs: 450, isStream: true },
    );
    expect(finishedRequest(entry, true)).toMatchObject({
      durationMs: 1000,
      firstTokenMs: 450,
      upstreamFirstTokenMs: 150,
    });
  });

  it('has no first token of an answer that is no stream', () => {
    const entry = activityEntry({}, { ttftMs: 450, upstreamMs: 1 });
    expect(finishedRequest(entry, true).firstTokenMs).toBeNull();
  });

  it('takes no name that a client made up for a label', () => {
    expect(finishedRequest(activityEntry({ model: 'x"y' }), false).model).toBe('_unknown');
  });

  it.each([
    ['{"input_tokens":417}', 200],
    ['{"error":{"n_prompt_tokens":9120,"message":"too long"}}', 400],
  ])('counts no tokens for %s: nothing was processed', (body, status) => {
    const entry = activityEntry({}, { facts: factsOf(body, status) });
    expect(finishedRequest(entry, true)).toMatchObject({
      uncachedTokens: null,
      outputTokens: null,
    });
  });

  it('counts cached and other prompt tokens apart', () => {
    const usage = { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 4 } };
    const entry = activityEntry({}, { facts: factsOf(JSON.stringify({ usage })) });
    expect(finishedRequest(entry, true)).toMatchObject({ cachedTokens: 4, uncachedTokens: 6 });
  });
});
