import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonPruner } from './json-pruner.js';
import { KeepTree } from './keep-tree.js';

function prune(text: string, tree: KeepTree, size = 3): unknown {
  const pruner = new JsonPruner(tree);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) pruner.push(bytes.subarray(at, at + size));
  return pruner.finish();
}

describe('JsonPruner', () => {
  it.each<[string, KeepTree, unknown]>([
    ['{"a":1,"b":{"c":[1,2]},"d":"x"}', { b: true }, { b: { c: [1, 2] } }],
    ['{"a":{"x":1,"y":"z\\"}"},"b":2}', { a: { y: true } }, { a: { y: 'z"}' } }],
    [
      '{"c":[{"f":"stop","g":9},{"f":null}]}',
      { c: { '*': { f: true } } },
      { c: [{ f: 'stop' }, { f: null }] },
    ],
    ['[{"t":1},{"u":2}]', { '*': { t: true } }, [{ t: 1 }, {}]],
    ['{"error":"plain"}', { error: { message: true } }, { error: 'plain' }],
    ['{"a":"{[","b":-1.5e3}', { b: true }, { b: -1500 }],
    ['{}', { a: true }, {}],
    [' {"ü":"ä" , "b" : true } ', { ü: true, b: true }, { ü: 'ä', b: true }],
  ])('prunes %s', (text, tree, expected) => {
    for (const size of [1, 2, 3, 100]) expect(prune(text, tree, size)).toEqual(expected);
  });

  it.each(['{"a":1', '{"a":1]', '{"a":1}}', '{"a":tru}', '', '{a:1}', '{"a":1} x'])(
    'refuses %j',
    (text) => {
      expect(prune(text, { a: true })).toBeUndefined();
    },
  );

  it('gives up when too much would be kept', () => {
    const pruner = new JsonPruner({ a: true }, 10);
    pruner.push(Buffer.from('{"a":"01234567890123456789"}'));
    expect(pruner.finish()).toBeUndefined();
  });

  it('keeps a whole document just as a parser reads it', () => {
    fc.assert(
      fc.property(fc.object(), fc.integer({ min: 1, max: 9 }), (value, size) => {
        const text = JSON.stringify(value);
        expect(prune(text, { '*': true }, size)).toEqual(JSON.parse(text));
      }),
    );
  });
});
