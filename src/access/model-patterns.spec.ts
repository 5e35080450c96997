import { expect, it } from 'vitest';
import { ModelPatterns } from './model-patterns.js';

it.each([
  [['qwen*'], 'qwen3-8b', true],
  [['qwen*'], 'my-qwen', false],
  [['*/llama'], 'far/away/llama', true],
  [['m?'], 'm1', true],
  [['m?'], 'm', false],
  [['a.b'], 'a.b', true],
  [['a.b'], 'axb', false],
  [['a|b'], 'a', false],
  [['(x)[y]{z}^$\\'], '(x)[y]{z}^$\\', true],
  [['one', 'two'], 'two', true],
  [['*'], '', true],
  [['*'], 'line\nbreak', true],
  [['A'], 'a', false],
])('%j fits %s: %s', (patterns, name, fits) => {
  expect(new ModelPatterns(patterns).allows(name)).toBe(fits);
});

it('takes no longer for runs of stars', () => {
  expect(new ModelPatterns([`${'*'.repeat(200)}x`]).allows('a'.repeat(10_000))).toBe(false);
});
