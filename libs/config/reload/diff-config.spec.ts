import { describe, expect, it } from 'vitest';
import { DroverConfig } from '../config.interface.js';
import { parseConfigText } from '../load/load-config.js';
import { ConfigDiff } from './config-diff.interface.js';
import { diffConfig } from './diff-config.js';

function load(text: string, previous?: DroverConfig): DroverConfig {
  const result = parseConfigText(text, { env: {}, cwd: '/', platform: 'linux', previous });
  expect(result.problems).toEqual([]);
  return result.config!;
}

function diff(before: string, after: string): ConfigDiff {
  const old = load(before);
  return diffConfig(old, load(after, old), 'linux');
}

const BASE = `
models:
  a: {cmd: "run --port \${PORT}", description: one}
  b: {cmd: "run --port \${PORT}"}
`;

function matrix(sets: string): string {
  return `${BASE}matrix: {sets: {${sets}}}`;
}

function hooks(list: string): string {
  return `${BASE}hooks: {on_startup: {preload: [${list}]}}`;
}

describe('diffConfig', () => {
  it.each([
    ['the same text', BASE],
    ['a comment', `# hello\n${BASE}`],
    ['another order of models', BASE.replace(/( {2}a:.*\n)( {2}b:.*\n)/, '$2$1')],
    ['an unused macro', `macros: {X: 1}\n${BASE}`],
    ['blanks in a command', BASE.replace('run --port', 'run    --port')],
  ])('finds nothing in %s', (_what, after) => {
    const found = diff(BASE, after);
    expect(found.isEmpty).toBe(true);
    expect(found.unchanged).toEqual(['a', 'b']);
  });

  it.each([
    ['description: one', 'description: two', 'description'],
    ['description: one', 'ttl: 9', 'description'],
    ['description: one', 'concurrencyLimit: 3', 'concurrencyLimit'],
    ['description: one', 'aliases: [x]', 'aliases'],
    ['description: one', 'filters: {stripParams: a}', 'filters'],
    ['description: one', 'metadata: {k: [1, {z: 2}]}', 'metadata'],
  ])('applies %s -> %s in place', (from, to, key) => {
    const found = diff(BASE, BASE.replace(from, to));
    expect(found.updated).toEqual(['a']);
    expect(found.restarted).toEqual([]);
    expect(found.changedKeys.get('a')).toContain(key);
  });

  it.each([
    ['run --port', 'walk --port'],
    ['description: one', 'env: [A=1]'],
    ['description: one', 'checkEndpoint: /ready'],
    ['description: one', 'proxy: "http://127.0.0.1:1"'],
    ['description: one', 'cmdStop: "halt"'],
    ['description: one', 'runtime: slurm'],
  ])('restarts the model for %s -> %s', (from, to) => {
    const found = diff(BASE, BASE.replace(from, to));
    expect(found.restarted).toEqual(['a']);
    expect(found.unchanged).toEqual(['b']);
  });

  it('keeps the ports of running models when one is added before them', () => {
    const found = diff(BASE, `${BASE}  0first: {cmd: "run --port \${PORT}"}\n`);
    expect(found.added).toEqual(['0first']);
    expect(found.unchanged).toEqual(['a', 'b']);
  });

  it('gives nobody the port of a model that is removed in the same reload', () => {
    const old = load(BASE);
    const after = load('models: {c: {cmd: "run ${PORT}"}, b: {cmd: "run --port ${PORT}"}}', old);
    expect(after.models.get('b')?.port).toBe(5801);
    expect(after.models.get('c')?.port).toBe(5802);
    expect(diffConfig(old, after).removed).toEqual(['a']);
  });

  it('hands ports out anew when startPort changes', () => {
    const found = diff(BASE, `startPort: 7000\n${BASE}`);
    expect(found.restarted).toEqual(['a', 'b']);
  });

  it('names the settings that changed by their keys in the file', () => {
    const before = 'upstream: {ignorePaths: [x]}\nlimits: {bodyBytes: 1MiB}';
    const after = 'upstream: {ignorePaths: [y]}\nlimits: {bodyBytes: 2MiB}\nglobalTTL: 3';
    const found = diff(before, after);
    expect(found.settings).toEqual(['globalTTL', 'upstream.ignorePaths']);
    expect(found.needsRestart).toEqual(['limits.bodyBytes']);
    expect(found.isEmpty).toBe(false);
  });

  it('sees a new order of matrix sets, which decides ties', () => {
    const found = diff(matrix('x: a, y: b'), matrix('y: b, x: a'));
    expect(found.settings).toEqual(['routing']);
  });

  it('lists only what is new in the preload list', () => {
    expect(diff(hooks('a'), hooks('a, b')).preload).toEqual(['b']);
  });
});
