import { describe, expect, it } from 'vitest';
import { loadText } from '../testing/load-text.js';

describe('YAML mistakes', () => {
  it.each([
    ['models:\n  a:\n    cmd: "run\n    ttl: 5\n', 'f:3:10: ', 'the quote that opens here'],
    ["a: 'x\nb: 1\n", 'f:1:4: ', 'the quote that opens here is not closed'],
    ['a: "it\'s"\nb: \'don\'t"\n', 'f:2:9: ', 'one pair of quotes'],
    ['models\n  a: 1', 'f:1:1: ', 'a key must end in a colon'],
    ['models: {m: {cmd: @x}}', 'f:1:19: ', 'put the value in quotes'],
    ['cmd: run foo: bar', 'f:1:6: ', 'must stand in quotes'],
    ['cmd: "C:\\models\\x"', 'f:1:9: ', 'write \\\\ for a backslash'],
    ['a:\n\t- b', 'f:2:1: ', 'indent with blanks'],
    ['a: {x: 1\nb: 2', 'f:2:1: ', 'a bracket is not closed'],
    ['a:\n  b: 1\n c: 2', 'f:3:1: ', 'below each other'],
    ['key: - x', 'f:1:6: ', 'the line below its key'],
    ['a: 1\nb: \u0000\u0000', 'f:2:4: ', 'the control character U+0000'],
  ])('of %j are reported where they are, with advice', (text, place, advice) => {
    const { problems } = loadText(text);
    expect(problems[0]).toMatch(/YAML syntax error in line \d/);
    expect(problems[0]).toContain(advice);
    expect(problems[0]!.startsWith(place)).toBe(true);
  });

  it('are reported once for each line, because the rest is confusion', () => {
    expect(loadText('key: - x\nb: 1\nmore: - y').problems).toHaveLength(2);
  });

  it('name the line after the variables before them have been replaced', () => {
    const { problems } = loadText('a: ${env.A}\nb: "x', { env: { A: 'long '.repeat(50) } });
    expect(problems[0]).toContain('f:2:4: YAML syntax error in line 2: the quote that opens here');
  });
});
