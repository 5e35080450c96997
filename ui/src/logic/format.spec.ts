import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatContext, formatDuration } from './format.js';

describe('formatContext', () => {
  it.each([
    [512, '512'],
    [8192, '8K'],
    [131072, '131K'],
    [1_500_000, '1.5M'],
    [1_048_576, '1.0M'],
    [0, null],
    [undefined, null],
  ])('shows %s as %s', (tokens, text) => {
    expect(formatContext(tokens)).toBe(text);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1536, '2 KiB'],
    [5 * 1024 ** 2, '5.00 MiB'],
    [15.5 * 1024 ** 3, '15.5 GiB'],
    [150 * 1024 ** 3, '150 GiB'],
    [null, '–'],
  ])('shows %s as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [12.4, '12 ms'],
    [3210, '3.2 s'],
    [125_000, '2 m 05 s'],
    [3_780_000, '1 h 03 m'],
  ])('shows %s ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatAgo', () => {
  it('never invents a time', () => {
    expect(formatAgo('rubbish', 0)).toBe('–');
    const local = new Date(2026, 0, 2, 3, 4, 5);
    expect(formatAgo(local.toISOString(), local.getTime() + 90_000_000)).toBe(
      '2026-01-02 03:04:05',
    );
    expect(formatAgo('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:02:05Z'))).toBe('2m ago');
  });
});
