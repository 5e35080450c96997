import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatText, planAnswer } from './demo-answer.js';
import { formatNumber } from './demo-metrics.js';
import { tokenize, VOCABULARY_SIZE } from './demo-tokenizer.js';
import { embed, similarity, toBase64 } from './demo-vectors.js';

const limits = { maxTokens: null, room: 1000, stop: [], ignoreEos: false };

describe('tokenize', () => {
  it('loses no character and gives equal pieces equal ids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const tokens = tokenize(text);
        expect(tokens.map(({ piece }) => piece).join('')).toBe(text);
        expect(tokens.every(({ id }) => id >= 0 && id < VOCABULARY_SIZE)).toBe(true);
        expect(tokenize(text)).toEqual(tokens);
      }),
    );
  });
});

describe('planAnswer', () => {
  const text = 'one two three. four';

  it('says the whole text when nothing limits it', () => {
    const answer = planAnswer(text, limits);
    expect(answer.pieces.join('')).toBe(text);
    expect(answer.stopType).toBe('eos');
  });

  it.each([
    [{ maxTokens: 2 }, { said: 'one two', stopType: 'limit', stoppingWord: '' }],
    [{ room: 1 }, { said: 'one', stopType: 'limit', stoppingWord: '' }],
    [{ maxTokens: 0 }, { said: '', stopType: 'limit', stoppingWord: '' }],
    [{ stop: ['.'] }, { said: 'one two three', stopType: 'word', stoppingWord: '.' }],
    [
      { stop: ['zzz', '', ' four', 'two'] },
      { said: 'one ', stopType: 'word', stoppingWord: 'two' },
    ],
    [
      { stop: ['.'], maxTokens: 1 },
      { said: 'one', stopType: 'limit', stoppingWord: '' },
    ],
  ] as const)('obeys %j', (changed, { said, ...ending }) => {
    const answer = planAnswer(text, { ...limits, ...changed });
    expect(answer.pieces.join('')).toBe(said);
    expect(answer).toMatchObject(ending);
  });

  it('goes on to the last token when told to ignore the end', () => {
    const answer = planAnswer(text, { ...limits, maxTokens: 300, ignoreEos: true });
    expect(answer.pieces).toHaveLength(300);
    expect(answer.stopType).toBe('limit');
  });
});

describe('chatText', () => {
  it('says that it is a demo and quotes the user, shortened without breaking characters', () => {
    const said = chatText('demo-small', `a\n  b${'🐑'.repeat(300)}`);
    expect(said).toContain('demo-small, a demo model');
    expect(said).toContain('No language model is running');
    expect(said).toContain(`"a b${'🐑'.repeat(157)}…"`);
  });
});

describe('embed', () => {
  it('gives vectors of length one', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (text, size) => {
        const vector = embed(text, size);
        expect(vector).toHaveLength(size);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
      }),
    );
  });

  it('puts texts with words in common closer together', () => {
    const fox = embed('a red fox runs', 64);
    expect(similarity(fox, embed('the red fox', 64))).toBeGreaterThan(
      similarity(fox, embed('deep blue sea', 64)),
    );
  });

  it('packs little-endian floats', () => {
    expect(toBase64([1, -2])).toBe(
      Buffer.from(new Float32Array([1, -2]).buffer).toString('base64'),
    );
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [48_213, '48213'],
    [31.771_93, '31.7719'],
    [1_234_567, '1.23457e+06'],
    [10_000_000, '1e+07'],
    [999_999.6, '1e+06'],
    [0.000_123_456_7, '0.000123457'],
    [0.000_012_345_67, '1.23457e-05'],
  ])('prints %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
