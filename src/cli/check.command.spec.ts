import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCheck } from './check.command.js';
import { textIo } from './testing/text-io.js';

const GOOD = 'models:\n  a: {cmd: "run ${PORT}"}\n  b: {cmd: "run ${PORT}"}\n';
const FILES: Readonly<Record<string, string>> = {
  'good.yaml': GOOD,
  'typo.yaml': `globalTTl: 4\n${GOOD}`,
  'bad.yaml': 'globalTTL: -1\nmodels:\n  a:\n    cmd: run\n    ttl: soon\nstartPort: 0\n',
  'matrix.yaml': `${GOOD}matrix: {sets: {pair: "a & ghost"}}\n`,
  'changed.yaml': `globalTTL: 9\n${GOOD.replace('run', 'walk')}  c: {cmd: "run \${PORT}"}\n`,
  'plugins.yaml': `plugins: [not-installed-anywhere]\n${GOOD}`,
};

describe('drover check', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'drover-check-'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, name), text);
    mkdirSync(join(cwd, 'empty'));
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  async function check(...args: string[]) {
    const io = textIo({ cwd });
    const status = await runCheck(args, io);
    return { status, out: io.out(), err: io.err() };
  }

  it('says so when a configuration is good', async () => {
    expect(await check('-config', 'good.yaml')).toEqual({
      status: 0,
      out: 'configuration is good: 2 models, 0 peers, 0 warnings\n',
      err: '',
    });
  });

  it('lists all problems in document order with their places', async () => {
    const { status, out, err } = await check('-config', 'bad.yaml');
    expect([status, out]).toEqual([1, '']);
    expect(err.trimEnd().split('\n')).toEqual([
      'bad.yaml:1:12 globalTTL: must be >= 0, is -1',
      'bad.yaml:4:5 models.a.proxy: proxy uses ${PORT} (by default it is http://localhost:${PORT}), but cmd does not: put ${PORT} into cmd, or give a proxy with a fixed port',
      'bad.yaml:5:10 models.a.ttl: must be an integer (int), is the text "soon"',
      'bad.yaml:6:12 startPort: must be >= 1, is 0',
    ]);
  });

  it('keeps warnings apart', async () => {
    const { status, err } = await check('-config', 'typo.yaml');
    expect(status).toBe(0);
    expect(err).toBe(
      'warning: typo.yaml:1:1 globalTTl: unknown key, it has no effect; did you mean globalTTL?\n',
    );
  });

  it('asks the planner about its settings', async () => {
    const { status, err } = await check('-config', 'matrix.yaml');
    expect(status).toBe(1);
    expect(err).toMatch(/^matrix\.yaml:4:23 matrix\.sets\.pair: .*ghost/);
  });

  it('prints a good configuration in comparable form', async () => {
    const { status, out } = await check('-config', 'good.yaml', '--json');
    expect(status).toBe(0);
    const form = JSON.parse(out) as Record<string, unknown>;
    expect(form['modelIds']).toEqual(['a', 'b']);
    expect(form).toMatchObject({ router: 'group', models: { a: { argv: ['run', '5800'] } } });
  });

  it('prints no form of a bad configuration', async () => {
    expect(await check('-config', 'bad.yaml', '-json')).toMatchObject({ status: 1, out: '' });
  });

  it('tells what a reload would do', async () => {
    const { status, out } = await check('-diff', 'good.yaml', 'changed.yaml');
    expect(status).toBe(0);
    expect(out).toBe(
      'restart a: cmd, ttl\napply in place b: ttl\nadd c\napply globalTTL\napply routing\n',
    );
    expect((await check('-diff', 'good.yaml', 'good.yaml')).out).toContain('nothing to do');
    expect((await check('-diff', 'good.yaml', 'bad.yaml')).status).toBe(1);
  });

  it('reports a plugin package that is not there beside everything else', async () => {
    const { status, err } = await check('-config', 'plugins.yaml');
    expect(status).toBe(1);
    expect(err).toContain('not-installed-anywhere');
  });

  it.each([
    [['-config', 'missing.yaml'], 1, 'missing.yaml'],
    [['-config-dir', 'missing'], 1, '-config-dir missing'],
    [['-config-dir', 'empty'], 1, 'no configuration'],
    [['-config', 'good.yaml', '-config-dir', '.'], 1, 'read twice'],
    [[], 2, 'name a configuration'],
    [['good.yaml'], 2, 'name a configuration'],
    [['-diff', 'good.yaml'], 2, 'name a configuration'],
    [['-nonsense'], 2, '-nonsense'],
    [['-h'], 0, 'drover check'],
  ])('answers %j with status %d', async (args, status, words) => {
    const result = await check(...args);
    expect(result.status).toBe(status);
    expect(result.err).toContain(words);
  });
});
