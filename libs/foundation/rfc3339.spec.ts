import { describe, expect, it } from 'vitest';
import { formatRfc3339, formatRfc3339Local, parseRfc3339 } from './rfc3339.js';

describe('parseRfc3339', () => {
  it.each([
    ['2026-03-04T05:06:07Z', Date.UTC(2026, 2, 4, 5, 6, 7)],
    ['2026-03-04T05:06:07.5Z', Date.UTC(2026, 2, 4, 5, 6, 7, 500)],
    ['2026-03-04T06:06:07+01:00', Date.UTC(2026, 2, 4, 5, 6, 7)],
    ['2026-03-03T23:36:07-05:30', Date.UTC(2026, 2, 4, 5, 6, 7)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('reads %s', (text, wanted) => {
    expect(parseRfc3339(text)).toBe(wanted);
  });

  it('keeps fractions of a millisecond apart', () => {
    const early = parseRfc3339('2026-03-04T05:06:07.601Z')!;
    expect(parseRfc3339('2026-03-04T05:06:07.6015Z')!).toBeGreaterThan(early);
  });

  it.each([
    '2026-03-04',
    'yesterday',
    '2026-03-04T05:06:07',
    '2026-03-04 05:06:07Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-03-04T24:00:00Z',
    '2026-03-04t05:06:07z',
    '2026-03-04T05:06:07 01:00',
    '',
  ])('refuses %j', (text) => {
    expect(parseRfc3339(text)).toBeNull();
  });
});

describe('formatRfc3339', () => {
  it.each([
    ['2026-03-04T05:06:07.5Z'],
    ['2026-03-04T05:06:07Z'],
    ['2026-03-04T05:06:00Z'],
    ['2026-03-04T05:06:07.089Z'],
  ])('writes %s without needless zeros', (text) => {
    expect(formatRfc3339(parseRfc3339(text)!)).toBe(text);
  });
});

describe('formatRfc3339Local', () => {
  it('names the same instant in whole seconds', () => {
    const wallMs = Date.UTC(2026, 6, 4, 5, 6, 7, 891);
    const text = formatRfc3339Local(wallMs);
    expect(text).toMatch(/:07(Z|[+-]\d\d:\d\d)$/);
    expect(parseRfc3339(text)).toBe(Math.floor(wallMs / 1000) * 1000);
  });
});
