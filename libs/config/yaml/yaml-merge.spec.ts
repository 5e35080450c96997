import { describe, expect, it } from 'vitest';
import { plainValue } from '../options/plain-value.js';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { MapNode } from './config-node.interface.js';
import { mergeMaps } from './yaml-merge.js';
import { readYaml } from './yaml-reader.js';

function merge(...texts: string[]) {
  const problems = new ProblemList();
  const [first, ...others] = texts.map(
    (text, order) => readYaml(new SourceText(`${order}.yaml`, order, text), problems) as MapNode,
  );
  const merged = others.reduce((tree, next) => mergeMaps(tree, next, problems), first!);
  const messages = problems
    .sortedErrors()
    .map(({ file, path, message }) => `${file} ${path}: ${message}`);
  return { value: plainValue(merged), keys: [...merged.entries.keys()], messages };
}

describe('mergeMaps', () => {
  it.each([
    ['a: 1', 'b: 2', { a: 1, b: 2 }],
    ['a: {x: {p: 1}}', 'a: {x: {q: 2}}', { a: { x: { p: 1, q: 2 } } }],
    ['a: [1, 2]', 'a: [2, 3]', { a: [1, 2, 2, 3] }],
    ['a: 1', 'a: 1', { a: 1 }],
    ['a:', 'a: 1', { a: 1 }],
    ['a: ~', 'a: {x: 1}', { a: { x: 1 } }],
    ['a: [1]', 'a: null', { a: [1] }],
    ['models: {a: 1}', 'models: {b: 2}', { models: { a: 1, b: 2 } }],
    ['models:', 'models: ~', { models: null }],
    [
      'routing: {router: {settings: {groups: {a: 1}}}}',
      'routing: {router: {settings: {groups: {b: 2}}}}',
      { routing: { router: { settings: { groups: { a: 1, b: 2 } } } } },
    ],
  ])('merges %j and %j', (earlier, later, value) => {
    expect(merge(earlier, later)).toMatchObject({ value, messages: [] });
  });

  it.each([
    ['a: 1', 'a: 2', '1.yaml a: conflict: is the number 2 here and the number 1 in 0.yaml:1'],
    ['a: 100', 'a: 0x64', '1.yaml a: conflict'],
    ['a: 1', 'a: "1"', '1.yaml a: conflict'],
    ['a: 1', 'a: [1]', '1.yaml a: conflict'],
    ['a: {x: 1}', 'a: [1]', '1.yaml a: conflict'],
    ['m: {x: 1}', 'm: {x: 2}', '1.yaml m.x: conflict'],
    [
      'models: {a: 1}',
      'models: {a: 1}',
      '1.yaml models.a: duplicate: "a" is already defined in 0.yaml:1',
    ],
    ['matrix: {sets: {a: b}}', 'matrix: {sets: {c: d}}', '1.yaml matrix.sets: duplicate'],
    ['models: ~', 'models: {a: 1}', '1.yaml models: conflict: must be a mapping'],
    ['models: {a: 1}', 'models: [a]', '1.yaml models: conflict: must be a mapping'],
    [
      'routing: {router: {settings: {matrix: {sets: {}}}}}',
      'routing: {router: {settings: {matrix: {sets: {}}}}}',
      '1.yaml routing.router.settings.matrix.sets: duplicate',
    ],
  ])('refuses %j beside %j', (earlier, later, message) => {
    expect(merge(earlier, later).messages.join()).toContain(message);
  });

  it('keeps the order of first appearance', () => {
    expect(merge('b: 1\na: 1', 'z: 1\na: 1', 'y: 1').keys).toEqual(['b', 'a', 'z', 'y']);
  });
});
