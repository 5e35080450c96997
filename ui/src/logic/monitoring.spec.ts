import { describe, expect, it } from 'vitest';
import { engineCards, engineChart, type EngineSample, mergeSamples } from './monitoring.js';

function sample(timestamp: number, more: Partial<EngineSample> = {}): EngineSample {
  return {
    timestamp,
    ok: true,
    engine: 'llama.cpp',
    tokensGenerated: 1_234_567,
    tokensPerSecond: 41.26,
    promptTokens: null,
    promptTokensPerSecond: null,
    contextUsed: 4096,
    contextTotal: 16_384,
    contextPercent: 25,
    contextPercentMaxSlot: null,
    busySlots: 1,
    totalSlots: 4,
    evaluationTimeMs: 5321.4,
    promptEvaluationTimeMs: 212,
    contextResident: null,
    queuedRequests: null,
    kvUsageRatio: null,
    draftAcceptanceRatio: null,
    sources: { tokens: null, context: null, evaluation: null },
    error: null,
    ...more,
  };
}

describe('engineCards', () => {
  it('shows the six figures', () => {
    expect(engineCards(sample(0)).map(({ name, value }) => [name, value])).toEqual([
      ['Tokens Generated', '1,234,567'],
      ['Tokens/sec', '41.3'],
      ['Context Usage', '4,096 / 16,384'],
      ['Context %', '25.0 %'],
      ['Busy Slots', '1 / 4'],
      ['Evaluation Time', '5,321 ms'],
    ]);
  });

  it('shows zero as zero and what is unknown as a dash with the reason', () => {
    const [tokens, speed] = engineCards(
      sample(0, {
        ok: false,
        tokensGenerated: null,
        tokensPerSecond: 0,
        error: 'started without --metrics',
      }),
    );
    expect(tokens).toMatchObject({ value: '–', note: 'started without --metrics' });
    expect(speed).toMatchObject({ value: '0.0' });
    expect(engineCards(undefined).every(({ note }) => note === 'no sample yet')).toBe(true);
  });

  it.each([
    [60, null, 'normal'],
    [61, null, 'high'],
    [81, null, 'critical'],
    [30, 80.1, 'critical'],
  ] as const)('marks %i %% of the context, fullest slot %s, as %s', (all, slot, level) => {
    const cards = engineCards(sample(0, { contextPercent: all, contextPercentMaxSlot: slot }));
    expect(cards[3]!.level).toBe(level);
  });
});

describe('mergeSamples', () => {
  it('adds what is new and keeps two minutes', () => {
    const known = [sample(1000), sample(2000)];
    expect(mergeSamples(known, [sample(1000), sample(2000)])).toBe(known);
    const many = Array.from({ length: 130 }, (_, index) => sample(3000 + index * 1000));
    const merged = mergeSamples(known, many);
    expect(merged).toHaveLength(120);
    expect(merged.at(-1)!.timestamp).toBe(132_000);
  });
});

describe('engineChart', () => {
  it('leaves a gap where samples are missing or have failed', () => {
    const samples = [sample(1000), sample(2000, { ok: false }), sample(9000)];
    const { times, series } = engineChart(samples, { Speed: (one) => one.tokensPerSecond });
    expect(times).toEqual([1, 2, 3, 9]);
    expect(series[0]!.values).toEqual([41.26, null, null, 41.26]);
  });
});
