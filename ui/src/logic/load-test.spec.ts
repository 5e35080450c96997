import { describe, expect, it } from 'vitest';
import { axisStep, endPhase, enterPhase, ReasoningSplitter } from './load-test.js';

const rule = '━━━━━';

describe('ReasoningSplitter', () => {
  const stream = `${rule}\nllama-swap loading model: m\n...Done! (1.00s)\n${rule}\n \nI think`;

  it('splits notes from reasoning however the stream is cut', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const splitter = new ReasoningSplitter();
      const parts = [splitter.push(stream.slice(0, cut)), splitter.push(stream.slice(cut))];
      const notes = parts.map((part) => part.notes).join('');
      const own = parts.map((part) => part.own).join('');
      expect(notes).toContain('loading model: m');
      expect(notes).not.toContain('━');
      expect(own.trim()).toBe('I think');
    }
  });

  it('takes everything as reasoning without the opening rule', () => {
    const splitter = new ReasoningSplitter();
    expect(splitter.push('hm ━━━━━')).toEqual({ notes: '', own: 'hm ━━━━━' });
    expect(splitter.push('more')).toEqual({ notes: '', own: 'more' });
  });
});

describe('phases', () => {
  it('follow one another without gaps', () => {
    let times = enterPhase([], 'waiting', 0);
    times = enterPhase(times, 'content', 10);
    times = enterPhase(times, 'content', 20);
    expect(endPhase(times, 30)).toEqual([
      { phase: 'waiting', fromMs: 0, toMs: 10 },
      { phase: 'content', fromMs: 10, toMs: 30 },
    ]);
  });
});

it.each([
  [100, 100],
  [1500, 500],
  [4000, 1000],
  [19_000, 5000],
  [50_000, 10_000],
  [100_000, 30_000],
])('draws the axis for %i ms in steps of %i', (longest, step) => {
  expect(axisStep(longest)).toBe(step);
});
