import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LearnedFile } from './learned.file.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-learned-'));
  path = join(folder, 'learned.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

const a = { loadMs: 1200, stopMs: null, serviceMs: 40, memory: { gpu0: 5e9 } };

describe('LearnedFile', () => {
  it('reads what it has written', async () => {
    const models = new Map([['a', a]]);
    await new LearnedFile(path).write(models);
    expect(new LearnedFile(path).read()).toEqual(models);
    expect(readdirSync(folder)).toEqual(['learned.json']);
  });

  it('ends with the last of several writes', async () => {
    const file = new LearnedFile(path);
    const writes = [1, 2, 3].map((loadMs) => file.write(new Map([['a', { ...a, loadMs }]])));
    await Promise.all(writes);
    expect(new LearnedFile(path).read().get('a')?.loadMs).toBe(3);
  });

  it.each([
    ['no file', null],
    ['no JSON', '{'],
    ['another version', '{"version": 9, "models": {"a": {"loadMs": 1}}}'],
    ['a list', '[]'],
  ])('begins at nothing with %s', (_, content) => {
    if (content !== null) writeFileSync(path, content);
    expect(new LearnedFile(path).read()).toEqual(new Map());
  });

  it('leaves out figures that cannot be', () => {
    const models = {
      a: { loadMs: -1, stopMs: 'x', serviceMs: 5, memory: { gpu0: null, gpu1: 7 } },
    };
    writeFileSync(path, JSON.stringify({ version: 1, models }));
    const expected = { loadMs: null, stopMs: null, serviceMs: 5, memory: { gpu1: 7 } };
    expect(new LearnedFile(path).read()).toEqual(new Map([['a', expected]]));
  });
});
