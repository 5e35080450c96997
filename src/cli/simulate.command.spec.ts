import { readFile } from 'node:fs/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulationResult } from '#lib/router';
import { runSimulate } from './simulate.command.js';
import { textIo } from './testing/text-io.js';

const fixtures = resolve(import.meta.dirname, '../../test/fixtures/routing');
const t01 = 't01-collation-abcabc.json';
const t02 = 't02-join-active-load.json';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-simulate-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: string[], cwd = fixtures) {
  const io = textIo({ cwd });
  const status = await runSimulate(args, io);
  const lines = io.out().split('\n').filter(Boolean);
  const results = lines.map((line) => JSON.parse(line) as SimulationResult);
  return { status, results, err: io.err() };
}

describe('drover simulate', () => {
  it('prints one line per trace with what happened', async () => {
    const { status, results } = await run([t01, t02]);
    expect(status).toBe(0);
    expect(results.map(({ id }) => id)).toEqual(['t01-collation-abcabc', 't02-join-active-load']);
    const summary = { evictions: 2, loads: 3, served: 6, swaps: 3, totalWaitMs: 56850 };
    expect(results[0]).toMatchObject({ final: { a: 'stopped', c: 'ready' }, summary });
    expect(results[0]!.timeline[0]).toEqual({ t: 0, ev: 'swap', model: 'a', evict: [] });
    expect(Object.keys(results[0]!)).toEqual(['id', 'timeline', 'outcomes', 'final', 'summary']);
  });

  it('reads lists and one document per line', async () => {
    const text = await readFile(join(fixtures, t02), 'utf8');
    const line = JSON.stringify(JSON.parse(text));
    await writeFile(join(folder, 'list.json'), `[${text},${text}]`);
    await writeFile(join(folder, 'lines.ndjson'), `${line}\n\n${line}\n${line}\n`);
    const { status, results } = await run(['list.json', 'lines.ndjson'], folder);
    expect(status).toBe(0);
    expect(results).toHaveLength(5);
  });

  it('takes flags behind the files', async () => {
    const { status, results } = await run([t02, '--scheduler', 'fifo', '--planner=group']);
    expect(status).toBe(0);
    expect(results).toHaveLength(1);
  });

  it.each([
    { flag: '--scheduler', kind: 'scheduler', has: 'fifo' },
    { flag: '--planner', kind: 'planner', has: 'group' },
  ])('lists the names when $flag names no plugin', async ({ flag, kind, has }) => {
    const { status, err } = await run([t01, flag, 'lifo']);
    expect(status).toBe(1);
    expect(err).toMatch(new RegExp(`^PLUGIN_UNKNOWN: there is no ${kind} called "lifo"; .*${has}`));
  });

  it('goes on after a bad file and fails in the end', async () => {
    await writeFile(join(folder, 'bad.json'), '{"config": {"models": {}}, "world": {}}');
    await writeFile(join(folder, 'torn.json'), '{"id": ');
    const good = join(fixtures, t02);
    const { status, results, err } = await run(
      ['absent.json', 'bad.json', 'torn.json', good],
      folder,
    );
    expect(status).toBe(1);
    expect(results).toHaveLength(1);
    const lines = err.trim().split('\n');
    expect(lines[0]).toContain('absent.json');
    expect(lines[1]).toBe('bad.json: inputs is missing; expected a list');
    expect(lines[2]).toBe('torn.json:1: is not valid JSON');
  });

  it('wants at least one file', async () => {
    expect(await run([])).toMatchObject({
      status: 2,
      err: expect.stringContaining('no trace file'),
    });
  });
});
