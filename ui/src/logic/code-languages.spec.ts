import highlighter from 'highlight.js/lib/core';
import { describe, expect, it } from 'vitest';
import { GRAMMARS, grammarOf } from './code-languages.js';

describe('grammarOf', () => {
  it.each([
    ['python', 'python'],
    ['PY', 'python'],
    ['C++', 'cpp'],
    ['tsx', 'typescript'],
    ['brainfuck', null],
    ['constructor', null],
    ['', null],
  ])('takes %j for %s', (name, grammar) => {
    expect(grammarOf(name)).toBe(grammar);
  });

  it.each(Object.entries(GRAMMARS))('finds the grammar %s', async (name, fetchGrammar) => {
    highlighter.registerLanguage(name, (await fetchGrammar()).default);
    const { value } = highlighter.highlight('a <b> & "c"', { language: name });
    expect(value.replaceAll(/<\/?span[^>]*>/g, '')).not.toMatch(/<|&(?!\w+;|#x27;)/);
  });
});
