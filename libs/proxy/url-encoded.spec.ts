import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterOf, replaceParameter } from './url-encoded.js';

/** A pair in any spelling that servers accept. */
const name = fc.constantFrom('model', 'mod%65l', 'Model', 'x', 'mo+del', '', 'models', '%zz');
const value = fc.constantFrom('', 'a', 'a%20b', 'a+b', '%ff', '=', 'model=x', 'é', '%');
const pair = fc
  .tuple(name, value, fc.boolean())
  .map(([key, content, isBare]) => (isBare ? key : `${key}=${content}`));
const query = fc.array(pair, { maxLength: 8 }).map((pairs) => pairs.join('&'));

/** Whether a pair is one of the model, as `decodeURIComponent` has it. */
const isModel = (text: string): boolean => /^(?:model|mod%65l)(?:=|$)/.test(text);

describe('parameterOf', () => {
  it.each([
    ['', null],
    ['a=1', null],
    ['model=m', 'm'],
    ['a=1&model=m&model=n', 'm'],
    ['mod%65l=m', 'm'],
    ['model=a%20b+c%2Fd', 'a b c/d'],
    ['model', ''],
    ['model=', ''],
    ['model=%zz', '%zz'],
    ['models=m', null],
    ['model=a=b', 'a=b'],
  ])('of %j is %j', (encoded, expected) => {
    expect(parameterOf(encoded, 'model')).toBe(expected);
  });

  it('agrees with the standard wherever that can read the text', () => {
    fc.assert(
      fc.property(query, (encoded) => {
        fc.pre(!/%(?![0-9a-f]{2})|%ff/i.test(encoded));
        expect(parameterOf(encoded, 'model')).toBe(new URLSearchParams(encoded).get('model'));
      }),
    );
  });
});

describe('replaceParameter', () => {
  it('changes the pairs of the name and no other byte', () => {
    fc.assert(
      fc.property(query, fc.string({ unit: 'binary' }), (encoded, model) => {
        const before = encoded.split('&');
        const after = replaceParameter(encoded, 'model', model).split('&');
        expect(after).toHaveLength(before.length);
        const others = (text: string, at: number): string => (isModel(before[at]!) ? '' : text);
        expect(after.map(others)).toEqual(before.map(others));
      }),
    );
  });

  it('gives every pair of the name the value, as any reader decodes it', () => {
    fc.assert(
      fc.property(query, fc.string({ unit: 'binary' }), (encoded, model) => {
        const changed = replaceParameter(encoded, 'model', model);
        const values = new URLSearchParams(changed).getAll('model');
        expect(values.every((one) => one === model.toWellFormed())).toBe(true);
        expect(values).toHaveLength(encoded.split('&').filter((one) => isModel(one)).length);
      }),
    );
  });
});
