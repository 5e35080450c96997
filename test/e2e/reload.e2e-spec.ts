import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder, together, until } from '../support/drover-folder.js';
import { DroverProcess } from '../support/drover-process.js';
import { isAlive } from '../support/process-tree.js';

interface Report {
  readonly outcome: string;
  readonly problems: readonly string[];
  readonly changes: Readonly<Record<string, readonly string[]>> | null;
}

async function reload(base: URL): Promise<Report & { readonly status: number }> {
  const answer = await fetch(new URL('/api/config/reload', base), { method: 'POST' });
  return { ...((await answer.json()) as Report), status: answer.status };
}

async function status(base: URL): Promise<{ last: Report | null }> {
  const answer = await fetch(new URL('/api/config/status', base));
  return (await answer.json()) as { last: Report | null };
}

/** Two models that run at once, both loaded. */
async function runningPair(folder: DroverFolder, args: readonly string[] = []) {
  folder.configure('models:', folder.model('a'), folder.model('b'), together('a', 'b'));
  const drover = folder.start(args);
  const base = await drover.listening();
  for (const id of ['a', 'b']) await (await chat(base, id)).text();
  return { drover, base, pids: { a: folder.pidOf('a'), b: folder.pidOf('b') } };
}

const preload = (ids: string) => `hooks: {on_startup: {preload: [${ids}]}}`;

/** Sends SIGHUP and waits for the report that follows. */
async function hangUp(drover: DroverProcess, base: URL): Promise<Report> {
  const before = JSON.stringify((await status(base)).last);
  drover.signal('SIGHUP');
  for (;;) {
    const { last } = await status(base);
    if (last && JSON.stringify(last) !== before) return last;
  }
}

describe('reload', () => {
  it('does nothing when only comments and the order of keys changed', async () => {
    await using folder = new DroverFolder();
    const { drover, base, pids } = await runningPair(folder);
    folder.configure(together('b', 'a'), 'models: # both', folder.model('b'), folder.model('a'));
    const report = await hangUp(drover, base);
    expect(report.changes?.['restarted'] ?? []).toEqual([]);
    expect([folder.pidOf('a'), folder.pidOf('b')]).toEqual([pids.a, pids.b]);
    expect(folder.living()).toEqual(['a', 'b']);
  });

  it('applies a description in place', async () => {
    await using folder = new DroverFolder();
    const { base, pids } = await runningPair(folder);
    const described = folder.model('a', '', 'description: the first', 'ttl: 3600');
    folder.configure('models:', described, folder.model('b'), together('a', 'b'));
    expect(await reload(base)).toMatchObject({
      status: 200,
      outcome: 'applied',
      changes: { added: [], removed: [], restarted: [], updated: ['a'] },
    });
    const list = await (await fetch(new URL('/v1/models', base))).text();
    expect(list).toContain('the first');
    expect(folder.pidOf('a')).toBe(pids.a);
    expect(isAlive(pids.a)).toBe(true);
  });

  it('replaces a changed model after its answers and leaves the other alone', async () => {
    await using folder = new DroverFolder();
    const { base, pids } = await runningPair(folder);
    const streams = ['a', 'b'].map(async (id) => (await chat(base, id, '?wait=800')).json());
    await until(() => folder.living().length === 2);
    await (await fetch(new URL('/health', base))).text();
    folder.configure(
      'models:',
      folder.model('a', '--tokens 3'),
      folder.model('b'),
      together('a', 'b'),
    );
    expect((await reload(base)).changes).toMatchObject({ restarted: ['a'] });
    const next = chat(base, 'a');
    expect(await Promise.all(streams)).toEqual([
      expect.objectContaining({ server: 'a' }),
      expect.objectContaining({ server: 'b' }),
    ]);
    expect((await next).status).toBe(200);
    expect(folder.pidOf('a')).not.toBe(pids.a);
    expect(folder.pidOf('b')).toBe(pids.b);
    expect(isAlive(pids.b)).toBe(true);
  });

  it('stops a removed model alone, and keeps ports when one that sorts first is added', async () => {
    await using folder = new DroverFolder();
    const { base, pids } = await runningPair(folder);
    folder.configure('models:', folder.model('A'), folder.model('b'), together('A', 'b'));
    expect((await reload(base)).changes).toMatchObject({ added: ['A'], removed: ['a'] });
    await until(() => !isAlive(pids.a));
    expect((await chat(base, 'a')).status).toBe(404);
    expect((await chat(base, 'A')).status).toBe(200);
    expect(folder.pidOf('b')).toBe(pids.b);
    expect(isAlive(pids.b)).toBe(true);
  });

  it('keeps the old configuration when the new one is bad, says why, and goes on', async () => {
    await using folder = new DroverFolder();
    const { drover, base, pids } = await runningPair(folder);
    folder.configure('models:', '  a: {cmd: "run", proxy: "http://localhost:${NOPE}"}');
    const report = await reload(base);
    expect(report).toMatchObject({ status: 422, outcome: 'rejected', changes: null });
    expect(report.problems.join()).toMatch(/config\.yaml:3:/);
    expect((await status(base)).last).toMatchObject({ outcome: 'rejected' });
    await until(() => /\[WARN\] config\.yaml:3:.*\n.*old one stays in force/.test(drover.stdout));
    folder.configure('models:', folder.model('a'), folder.model('b'), together('a', 'c'));
    expect((await reload(base)).outcome).toBe('rejected');
    expect((await chat(base, 'a')).status).toBe(200);
    expect(folder.pidOf('a')).toBe(pids.a);
    folder.configure('models:', folder.model('a'), folder.model('b'), together('a', 'b'));
    expect((await reload(base)).outcome).toBe('unchanged');
    expect(isAlive(pids.a)).toBe(true);
  });

  it('preloads only what is new in the list', async () => {
    await using folder = new DroverFolder();
    const { drover, base, pids } = await runningPair(folder);
    await (await fetch(new URL('/api/models/unload/a', base), { method: 'POST' })).text();
    const models = ['models:', folder.model('a'), folder.model('b'), folder.model('c')];
    folder.configure(...models, together('a', 'b', 'c'), preload('c'));
    await reload(base);
    await drover.match(/\[c\] preloaded/);
    expect(folder.living()).toEqual(['b', 'c']);
    folder.configure(...models, together('a', 'b', 'c'), preload('c, a'), 'globalTTL: 100');
    await reload(base);
    await drover.match(/\[a\] preloaded/);
    expect(drover.stdout.match(/\[c\] preloaded/g)).toHaveLength(1);
    expect(folder.pidOf('b')).toBe(pids.b);
  });

  it('breaks no stream and restarts nothing when it comes 100 times under 50 streams', async () => {
    await using folder = new DroverFolder();
    const limits = ['concurrencyLimit: 50'];
    const configure = (round: number): void => {
      const more = [...limits, `ttl: ${3600 + round}`];
      const models = [folder.model('a', '--token-ms 20 --tokens 200', ...more)];
      folder.configure('models:', ...models, `globalTTL: ${round + 1}`);
    };
    configure(0);
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'a')).text();
    const pid = folder.pidOf('a');
    const streams = Array.from({ length: 50 }, async () => {
      const answer = await chat(base, 'a', '?stream=true');
      const text = await answer.text();
      return `${text.match(/^data: \{/gm)?.length} ${text.endsWith('data: [DONE]\n\n')}`;
    });
    for (let round = 1; round <= 100; round++) {
      configure(round);
      expect((await reload(base)).outcome).toBe('applied');
    }
    expect(new Set(await Promise.all(streams))).toEqual(new Set(['201 true']));
    expect(folder.pidOf('a')).toBe(pid);
    expect(isAlive(pid)).toBe(true);
  });

  it('lets models exchange their ports', async () => {
    await using folder = new DroverFolder();
    const [one, two] = [folder.startPort + 10, folder.startPort + 11];
    const models = (a: number, b: number) => [
      folder.model('a', '', `proxy: http://127.0.0.1:${a}`).replace('${PORT}', String(a)),
      folder.model('b', '', `proxy: http://127.0.0.1:${b}`).replace('${PORT}', String(b)),
    ];
    folder.configure('models:', ...models(one, two), together('a', 'b'));
    const base = await folder.start().listening();
    for (const id of ['a', 'b']) await (await chat(base, id)).text();
    const slow = chat(base, 'b', '?wait=500');
    await (await fetch(new URL('/health', base))).text();
    folder.configure('models:', ...models(two, one), together('a', 'b'));
    expect((await reload(base)).changes).toMatchObject({ restarted: ['a', 'b'] });
    const answers = await Promise.all([slow, chat(base, 'a'), chat(base, 'b')]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  });

  it('changes log settings and keys at once', async () => {
    await using folder = new DroverFolder();
    const { drover, base } = await runningPair(folder);
    const models = ['models:', folder.model('a'), folder.model('b'), together('a', 'b')];
    folder.configure(...models, 'logTimeFormat: rfc3339', 'apiKeys: [k]');
    await reload(base);
    expect((await chat(base, 'a')).status).toBe(401);
    await drover.match(/^\d{4}-\d\d-\d\dT\S+ \[INFO\] Request .* 401 /m);
  });
});

describe('-watch-config', () => {
  it('reloads a changed content, not a touched file, and survives deletion', async () => {
    await using folder = new DroverFolder();
    const { drover, base, pids } = await runningPair(folder, ['-watch-config']);
    const file = join(folder.path, 'config.yaml');
    utimesSync(file, new Date(), new Date());
    folder.configure('models:', folder.model('b'), together('b'));
    await until(() => !isAlive(pids.a));
    await drover.match(/reading the configuration again/);
    expect(drover.stdout.match(/reading the configuration again/g)).toHaveLength(1);
    rmSync(file);
    folder.configure('models:', folder.model('a'), folder.model('b'), together('a', 'b'));
    await drover.match(/added a/);
    expect((await chat(base, 'a')).status).toBe(200);
    expect(folder.pidOf('b')).toBe(pids.b);
  });

  it('follows a link that is retargeted', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const file = join(folder.path, 'config.yaml');
    renameSync(file, join(folder.path, 'one.yaml'));
    writeFileSync(join(folder.path, 'two.yaml'), 'models: {x: {cmd: "run ${PORT}"}}\n');
    symlinkSync('one.yaml', file);
    const drover = folder.start(['-watch-config']);
    await drover.listening();
    symlinkSync('two.yaml', join(folder.path, 'next'));
    renameSync(join(folder.path, 'next'), file);
    await drover.match(/in force: added x/);
    expect((await status(await drover.listening())).last?.changes?.['added']).toEqual(['x']);
  });
});
