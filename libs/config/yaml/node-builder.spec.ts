import { describe, expect, it } from 'vitest';
import { plainValue } from '../options/plain-value.js';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { readYaml } from './yaml-reader.js';

function read(text: string) {
  const problems = new ProblemList();
  const node = readYaml(new SourceText('f', 0, text), problems);
  const messages = problems.sortedErrors().map(({ path, message }) => `${path}: ${message}`);
  return { value: node && plainValue(node), node, messages };
}

describe('reading YAML', () => {
  it.each([
    ['a: 1\nb: [x, {c: ~}]', { a: 1, b: ['x', { c: null }] }],
    ['{"a": {"b": [1, true, null, "x"]}}', { a: { b: [1, true, null, 'x'] } }],
    ['a: |\n  x\n  y\nb: >-\n  x\n  y', { a: 'x\ny\n', b: 'x y' }],
    ['a:\nb: ""', { a: null, b: '' }],
    ['{a, b: 1}', { a: null, b: 1 }],
    ['1: a\ntrue: b\n2024-01-02: c\n~: d', { '1': 'a', true: 'b', '2024-01-02': 'c', '~': 'd' }],
    ['a: !local x\nb: !!str 5\nc: !!int "5"', { a: 'x', b: '5', c: 5 }],
    ['\uFEFFa: 1', { a: 1 }],
    ['a: [\n  1,\n  2\n]', { a: [1, 2] }],
  ])('gives the values of %j', (text, value) => {
    expect(read(text)).toMatchObject({ value, messages: [] });
  });

  it.each([
    ['a: &x {k: 1}\nb: *x', { a: { k: 1 }, b: { k: 1 } }],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['a: &k key\n*k : v', { a: 'key', key: 'v' }],
    ['a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}', { a: { k: 1, l: 2 }, b: { k: 3, l: 2 } }],
    ['a: &x {k: 1}\nb: {k: 3, <<: *x}', { a: { k: 1 }, b: { k: 3 } }],
    [
      'a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}',
      { a: { k: 1 }, b: { k: 2, m: 3 }, c: { k: 1, m: 3 } },
    ],
    ['a: &x {d: {p: 1}}\nb: {<<: *x, d: {q: 2}}', { a: { d: { p: 1 } }, b: { d: { q: 2 } } }],
    ['a: {"<<": 1}', { a: { '<<': 1 } }],
  ])('resolves anchors and merge keys of %j', (text, value) => {
    expect(read(text)).toMatchObject({ value, messages: [] });
  });

  it.each([
    ['a: *x', 'a: unknown anchor "x"'],
    ['a: &x [*x]', 'a[0]: unknown anchor "x": it contains itself'],
    ['a: {<<: 1}', 'a.<<: a merge key needs a mapping'],
    ['a: {k: 1, k: 2}', 'a.k: mapping key "k" is already defined in line 1'],
    ['1: a\n"1": b', '1: mapping key "1" is already defined'],
    ['{<<: {}, <<: {}}', '<<: mapping key "<<" is already defined'],
    ['? {a: 1}\n: b', ': a key must be text'],
  ])('refuses %j', (text, message) => {
    expect(read(text).messages.join()).toContain(message);
  });

  it.each([[''], ['# only a comment'], ['---\n---\na: 1']])('finds nothing in %j', (text) => {
    expect(read(text).value ?? null).toBeNull();
  });

  it('marks the keys under which an anchor stands', () => {
    const { node } = read('a: &x 1\nb: {c: [&y 2]}\nd: *x');
    const marked = node?.kind === 'map' ? [...node.entries].filter(([, e]) => e.anchored) : [];
    expect(marked.map(([key]) => key)).toEqual(['a', 'b']);
  });
});
