import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePath, guardPath, pathPrefixes } from './raw-path.js';

describe('pathPrefixes', () => {
  it.each([
    ['m', [['m', '']]],
    ['m/', [['m', '/']]],
    [
      'a/b/x',
      [
        ['a', '/b/x'],
        ['a/b', '/x'],
        ['a/b/x', ''],
      ],
    ],
    [
      'a%2Fb/x%2fy',
      [
        ['a', '/b/x%2fy'],
        ['a/b', '/x%2fy'],
        ['a/b/x', '/y'],
        ['a/b/x/y', ''],
      ],
    ],
    [
      '//a//b',
      [
        ['a', '//b'],
        ['a/b', ''],
      ],
    ],
    [
      '%E4%BD%A0/x',
      [
        ['你', '/x'],
        ['你/x', ''],
      ],
    ],
    ['', []],
    ['/', []],
  ])('of %j are %j', (raw, expected) => {
    expect(pathPrefixes(raw).map(({ name, rest }) => [name, rest])).toEqual(expected);
  });

  it('never loses a byte of what follows a name', () => {
    const segment = fc.stringMatching(/^[a-z%25]{0,3}$/).filter((text) => !/%(?!25)/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        const raw = segments.join('/');
        for (const { rest } of pathPrefixes(raw)) expect(raw.endsWith(rest.slice(1))).toBe(true);
      }),
    );
  });

  it('looks at so many segments and no more', () => {
    expect(pathPrefixes('a/'.repeat(5000))).toHaveLength(64);
  });
});

describe('guardPath', () => {
  it.each(['/x', '/a.b/..c/...', '/%E4', '/a%20b', '/%252e%252e/', '/a;b', '/a\\b'])(
    'lets %j through',
    (path) => expect(() => guardPath(path)).not.toThrow(),
  );

  it.each([
    ['/../x', '"."'],
    ['/a/..', '"."'],
    ['/a/./b', '"."'],
    ['/%2e%2e/x', '"."'],
    ['/a/%2E', '"."'],
    ['/a%2f..%2fb', '"."'],
    ['/a\\..\\b', '"."'],
    ['/a%5c..%5cb', '"."'],
    ['/a%00', 'control'],
    ['/a%0d%0ab', 'control'],
    ['/a%7f', 'control'],
    ['/a%', 'escape'],
    ['/a%2', 'escape'],
    ['/a%zz', 'escape'],
  ])('refuses %j', (path, why) => {
    expect(() => guardPath(path)).toThrow(why);
  });
});

describe('decodePath', () => {
  it('undoes the encoding of any text once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodePath(encodeURIComponent(text))).toBe(text);
      }),
    );
  });

  it('marks bytes that are no text', () => {
    expect(decodePath('/%ff%41')).toBe('/\u{FFFD}A');
  });
});
