import { describe, expect, it } from 'vitest';
import { parseByteSize } from './byte-size.js';
import { parseDurationMs } from './duration.js';
import { nearestKey } from './unknown-keys.js';

describe('parseDurationMs', () => {
  it.each([
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['5000ms', 5000],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['100ns', 0.0001],
    ['.5s', 500],
    ['1.s', 1000],
    ['-2s', -2000],
    ['+2s', 2000],
    ['0', 0],
    ['-0', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDurationMs(text)).toBeCloseTo(ms, 9);
  });

  it.each([
    [''],
    ['5'],
    ['s'],
    ['1d'],
    ['1 s'],
    ['1S'],
    ['1s '],
    ['1s2'],
    ['.s'],
    ['--1s'],
    ['1e3s'],
  ])('refuses %j', (text) => {
    expect(parseDurationMs(text)).toBeNull();
  });
});

describe('parseByteSize', () => {
  it.each([
    ['0', 0],
    ['17', 17],
    ['17B', 17],
    ['1kB', 1000],
    ['1KiB', 1024],
    ['14GiB', 14 * 1024 ** 3],
    ['1.5 gib', 1.5 * 1024 ** 3],
    ['2TB', 2e12],
  ])('reads %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each([[''], ['G'], ['1 apple'], ['-1GiB'], ['1e3'], ['1GiBs'], ['99999999TiB']])(
    'refuses %j',
    (text) => {
      expect(parseByteSize(text)).toBeNull();
    },
  );
});

describe('nearestKey', () => {
  const keys = ['models', 'macros', 'matrix', 'globalTTL', 'ttl'];

  it.each([
    ['modles', 'models'],
    ['GLOBALTTL', 'globalTTL'],
    ['tll', 'ttl'],
    ['ttk', 'ttl'],
    ['colour', null],
  ])('finds for %s: %s', (key, nearest) => {
    expect(nearestKey(key, keys)).toBe(nearest);
  });
});
