import { describe, expect, it } from 'vitest';
import { applyScores, parseRerankJson, RERANK_EXAMPLE, sortRows } from './rerank.js';

const documents = ['a', '', 'b'].map((text) => ({ text, score: null }));

describe('applyScores', () => {
  it('maps results back past documents that were not sent', () => {
    const scored = applyScores(documents, [
      { index: 1, relevance_score: 0.9 },
      { index: 0, score: -1 },
      { index: 7, score: 3 },
    ]);
    expect(scored.map((entry) => entry.score)).toEqual([-1, null, 0.9]);
  });
});

describe('sortRows', () => {
  const scored = applyScores(documents, [
    { index: 0, score: 1 },
    { index: 1, score: 2 },
  ]);
  it.each([
    ['desc', [2, 0, 1]],
    ['asc', [0, 2, 1]],
    ['none', [0, 1, 2]],
  ] as const)('%s', (direction, order) => {
    expect(sortRows(scored, direction).map((row) => row.index)).toEqual(order);
  });
});

describe('parseRerankJson', () => {
  it('takes what it shows and names what is wrong', () => {
    expect(parseRerankJson(JSON.stringify(RERANK_EXAMPLE))).toEqual(RERANK_EXAMPLE);
    expect(parseRerankJson('{')).toMatch(/Not valid JSON/);
    expect(parseRerankJson('[]')).toMatch(/query/);
    expect(parseRerankJson('{"query":"x","documents":[1]}')).toMatch(/documents/);
  });
});
