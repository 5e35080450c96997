import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPlan } from './plan.command.js';
import { textIo } from './testing/text-io.js';

const CONFIG = `
models:
  a: {cmd: run, proxy: 'http://h:1', aliases: [first]}
  b: {cmd: run, proxy: 'http://h:2'}
  c: {cmd: run, proxy: 'http://h:3'}
matrix:
  evict_costs: {a: 5}
  sets: {ac: a & c, bc: b & c}
`;

const QUESTION = ['-config', 'good.yaml', '--running', 'b,first', '--request', 'c'];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-plan-'));
  writeFileSync(join(folder, 'good.yaml'), CONFIG);
  writeFileSync(join(folder, 'bad.yaml'), 'models: []');
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = textIo({ cwd: folder });
  const status = await runPlan(args, io);
  return { status, out: io.out(), err: io.err() };
}

describe('drover plan', () => {
  it('tells what would stop, and what could stop instead', async () => {
    const { status, out } = await run(...QUESTION);
    expect(status).toBe(0);
    expect(out).toBe(
      'c while a, b run: stops b (by ac, at cost 1)\n  instead bc: stop a at cost 5\n',
    );
  });

  it('prints JSON', async () => {
    const { out } = await run('-config', 'good.yaml', '-request', 'first', '-json');
    expect(JSON.parse(out)).toMatchObject({ request: 'a', running: [], evict: [], choice: 'ac' });
  });

  it.each([
    ['an unknown model', ['-config', 'good.yaml', '-request', 'ghost'], 1, /ghost/],
    [
      'an unknown running model',
      ['-config', 'good.yaml', '-request', 'a', '-running', 'x'],
      1,
      /"x"/,
    ],
    ['a bad configuration', ['-config', 'bad.yaml', '-request', 'a'], 1, /bad\.yaml:1:/],
    ['no question', ['-config', 'good.yaml'], 2, /-request/],
    ['no configuration', ['-request', 'a'], 2, /-config/],
  ])('refuses %s', async (_, args, status, message) => {
    const result = await run(...args);
    expect(result.status).toBe(status);
    expect(result.err).toMatch(message);
    expect(result.out).toBe('');
  });
});
