import { describe, expect, it } from 'vitest';
import { loadedConfig, loadText } from '../testing/load-text.js';
import { Environment, expandEnvironment } from './environment.js';
import { ProblemList } from './problem-list.js';
import { SourceText } from './source-text.js';

function expand(text: string, env: Environment) {
  const source = new SourceText('f', 0, text);
  const problems = new ProblemList();
  expandEnvironment(source, env, problems);
  const warnings = problems.sortedWarnings().map(({ message }) => message);
  return { source, text: source.text, problems: problems.sortedErrors(), warnings };
}

describe('expandEnvironment', () => {
  it.each([
    ['a: ${env.A}', 'a: one'],
    ['a: "x${env.A}y${env.B}"', 'a: "xoneytwo"'],
    ["a: '${env.A}'", "a: 'one'"],
    ['a: |\n  ${env.A}\n', 'a: |\n  one\n'],
    ['${env.A}: b', 'one: b'],
    ['a: [${env.A}, ${env.B}]', 'a: [one, two]'],
    ['a: {k: ${env.A}}', 'a: {k: one}'],
    ['a: b # ${env.UNSET}', 'a: b # ${env.UNSET}'],
    ['# ${env.UNSET}\na: ${env.A}', '# ${env.UNSET}\na: one'],
    ['a: [${env.A}] # ${env.UNSET}', 'a: [one] # ${env.UNSET}'],
    ['cmd: |\n  # ${env.UNSET}\n  run ${env.A}', 'cmd: |\n  # ${env.UNSET}\n  run one'],
    ['"cmdStop": "\n  # ${env.UNSET}\n  x"', '"cmdStop": "\n  # ${env.UNSET}\n  x"'],
    ['a: ${env.1X} ${env.A-B} ${env.} $env.A', 'a: ${env.1X} ${env.A-B} ${env.} $env.A'],
    ['a: 1\n---\nb: ${env.UNSET}', 'a: 1\n---\nb: ${env.UNSET}'],
    ['%YAML 1.2\n---\na: ${env.A}\n...\n', '%YAML 1.2\n---\na: one\n...\n'],
    ['---\na: ${env.A}\n---\n${env.UNSET}', '---\na: one\n---\n${env.UNSET}'],
    ['a: "${env.NEST}"', 'a: "one"'],
    ['a: "${env.DEEP}"', 'a: "${env.A}"'],
  ])('turns %j into %j', (text, expected) => {
    const env = { A: 'one', B: 'two', NEST: '${env.A}', DEEP: '${env.NEST}' };
    const result = expand(text, env);
    expect(result.text).toBe(expected);
    expect(result.problems).toEqual([]);
  });

  it.each([
    ['a: ${env.U}', {}, 'environment variable U is not set'],
    ['a: |\n  # ${env.U}\n', {}, 'environment variable U is not set'],
    ['a: ${env.U}', { U: 'x\ny' }, 'newline'],
    ['a: ${env.U}', { U: 'x\ry' }, 'newline'],
    ['a: ${env.U}', { U: 'x\0y' }, 'NUL'],
    ['a: ${env.V}', { V: '${env.U}' }, 'environment variable U is not set'],
  ])('reports %j with %j', (text, env, message) => {
    expect(
      expand(text, env)
        .problems.map((problem) => problem.message)
        .join(),
    ).toContain(message);
  });

  it('leads places behind a value back to the file', () => {
    const { source } = expand('a: ${env.A} ${env.B}\nb: "${env.A}" # c', {
      A: 'long value',
      B: '',
    });
    const { text } = source;
    expect(source.locate(text.indexOf('long'))).toEqual({ line: 1, col: 4 });
    expect(source.locate(text.indexOf('# c'))).toEqual({ line: 2, col: 15 });
  });

  it('gives the place of a problem behind two passes', () => {
    const { problems } = loadText('x: "${env.V}"\nstartPort: ${env.P}', {
      env: { V: '${env.P}', P: 'ninety' },
    });
    expect(problems[0]).toMatch(/^f:2:12 startPort: .*"ninety"/);
  });

  it('doubles backslashes, which is right in double quotes only', () => {
    const env = { P: 'C:\\m', Q: 'say "hi"' };
    expect(expand('a: "${env.P} ${env.Q}"', env)).toMatchObject({
      text: 'a: "C:\\\\m say \\"hi\\""',
      warnings: [],
    });
    expect(expand('a: ${env.P}', env)).toMatchObject({ text: 'a: C:\\\\m' });
  });

  it.each([
    ['a: ${env.V}', 'C:\\m', 'double quotes'],
    ["a: '${env.V}'", 'x"y', 'double quotes'],
    ["a: '${env.V}'", "it's", 'single quote'],
    ['a: |\n  ${env.V}\n', 'C:\\m', 'double quotes'],
    ['a: ${env.V}', 'x #y', 'special in YAML'],
    ['a: ${env.V}', 'x: y', 'special in YAML'],
    ['a: ${env.V}', '*x', 'special in YAML'],
    ['a: "${env.V}"', '${macro}', 'macro'],
  ])('warns about %j with %j', (text, value, words) => {
    expect(expand(text, { V: value }).warnings.join()).toContain(words);
  });

  it('goes on after a variable that is not set', () => {
    const { problems } = loadText('startPort: ${env.U}\nglobalTTL: -1\nlogLevel: ${env.U}');
    expect(problems).toEqual([
      'f:1:12: environment variable U is not set',
      'f:2:12 globalTTL: must be >= 0, is -1',
      'f:3:11: environment variable U is not set',
    ]);
  });
});

describe('empty variables', () => {
  const env = { E: '' };

  it.each([
    ['apiKeys: [${env.E}]'],
    ['apiKeys: [a, ${env.E}]'],
    ['apiKeys:\n  - ${env.E}'],
    ['apiKeys: ["${env.E}"]'],
  ])('do not switch the check of keys off: %j', (text) => {
    expect(loadText(text, { env }).problems.join()).toMatch(/apiKeys\[\d\]: must not be empty/);
  });

  it.each([
    ['globalTTL: ${env.E}5', { globalTTL: 5 }],
    ['globalTTL: ${env.E}', { globalTTL: 0 }],
    ['logLevel: ${env.E} warn', { logLevel: 'warn' }],
    ['plugins: [${env.E}, p]', { plugins: ['p'] }],
  ])('leave the rest of a plain value: %j', (text, expected) => {
    expect(loadedConfig(text, { env })).toMatchObject(expected);
  });
});
