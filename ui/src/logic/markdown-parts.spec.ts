import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growingParts } from './markdown-parts.js';

describe('growingParts', () => {
  it.each([
    ['two paragraphs', 'one\n\ntwo', ['one\n', 'two']],
    ['one that is written', 'one', ['one']],
    ['nothing', '', []],
    ['blank lines in code', '```js\na\n\nb\n```\n\nend', ['```js\na\n\nb\n```\n', 'end']],
    ['code that is not over', 'a\n\n```js\nx', ['a\n', '```js\nx\n```']],
    ['a longer fence', '````\n```\n\n', ['````\n```\n\n\n````']],
    ['a formula that is not over', '$$\nx\n\n+', ['$$\nx\n\n+\n$$']],
    ['a formula in brackets', '\\[\nx\n\\]\n\nend', ['\\[\nx\n\\]\n', 'end']],
    ['a formula on one line', '$$x$$\n\nend', ['$$x$$\n', 'end']],
    [
      'a list with space between',
      '1. a\n\n2. b\n\n   more\n\nend',
      ['1. a\n\n2. b\n\n   more\n', 'end'],
    ],
    ['a quote', '> a\n\n> b', ['> a\n\n> b']],
  ])('cuts %s', (_name, source, expected) => {
    expect(growingParts(source)).toEqual(expected);
  });

  it('leaves finished parts as they are however the text goes on', () => {
    const piece = fc.constantFrom(
      'word',
      '\n',
      '\n\n',
      '```',
      '$$',
      '- a',
      '\\[',
      '\\]',
      '> q',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(piece, { maxLength: 10 }),
        (a, b) => {
          // The last line may still change what it is, so a piece begins on a line of its own.
          const [before, after] = [a.join('') + '\n', b.join('')];
          const finished = growingParts(before).slice(0, -1);
          expect(growingParts(before + after).slice(0, finished.length)).toEqual(finished);
        },
      ),
    );
  });
});
