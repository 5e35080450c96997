import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder, endOf, together, until } from '../support/drover-folder.js';
import { isAlive } from '../support/process-tree.js';

describe('shutdown', () => {
  it('lets requests in flight end, refuses a cold start, ends log streams, leaves no child', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('warm'), folder.model('cold'));
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'warm')).text();
    const logs = await fetch(new URL('/logs/stream', base));
    const answers = Promise.all([chat(base, 'warm', '?wait=1500'), chat(base, 'cold')]);
    // Asked after them, answered after they have arrived.
    for (let turn = 0; turn < 3; turn++) await (await fetch(new URL('/health', base))).text();
    const { ending, below } = await endOf(drover, 'SIGTERM');
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect((await answers).map(({ status }) => status)).toEqual([200, 503]);
    expect(await logs.text()).toContain('drover listening');
    await until(() => below.every(({ pid }) => !isAlive(pid)));
  });

  it('kills everything at the second signal', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('stubborn', '--ignore-sigterm'));
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'stubborn')).text();
    const pid = folder.pidOf('stubborn');
    drover.signal('SIGINT');
    await drover.match(/SIGINT: shutting down/);
    // Sooner, a second one counts as an echo of the first.
    const echoIsOver = performance.now() + 200;
    await until(() => performance.now() > echoIsOver);
    drover.signal('SIGINT');
    const ending = await drover.end();
    expect(ending.code).toBe(1);
    await until(() => !isAlive(pid));
  });

  it('lets a load that somebody waits for end', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('slow', '--load-ms 1500'));
    const drover = folder.start();
    const base = await drover.listening();
    const answer = chat(base, 'slow');
    await until(() => folder.living().length === 1);
    const { ending } = await endOf(drover, 'SIGINT');
    expect(ending.code).toBe(0);
    expect((await answer).status).toBe(200);
    expect(folder.living()).toEqual([]);
  });

  it('gives a preload up that nobody waits for', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('slow', '--load-ms 60000'),
      'hooks: {on_startup: {preload: [slow]}}',
    );
    const drover = folder.start();
    await until(() => folder.living().length === 1);
    const { ending } = await endOf(drover, 'SIGTERM');
    expect(ending.code).toBe(0);
    expect(folder.living()).toEqual([]);
  });

  it('leaves no child when it is killed with three models running', async () => {
    await using folder = new DroverFolder();
    const ids = ['a', 'b', 'c'];
    folder.configure('models:', ...ids.map((id) => folder.model(id)), together(...ids));
    const drover = folder.start();
    const base = await drover.listening();
    await Promise.all(ids.map(async (id) => (await chat(base, id)).text()));
    expect(folder.living()).toEqual(ids);
    drover.signal('SIGKILL');
    await drover.end();
    const killedAt = performance.now();
    await until(() => folder.living().length === 0);
    console.log(`no child left ${Math.round(performance.now() - killedAt)} ms after kill -9`);
  });

  it('goes on when the reader of its output is gone', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const drover = folder.start();
    const base = await drover.listening();
    drover.child.stdout!.destroy();
    drover.child.stderr!.destroy();
    for (let round = 0; round < 3; round++) expect((await chat(base, 'a')).status).toBe(200);
    drover.signal('SIGTERM');
    expect((await drover.end()).code).toBe(0);
  });
});

describe('start', () => {
  it('opens the listener before it preloads, and says how long that took', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('a'),
      'hooks: {on_startup: {preload: [a]}}',
      'logLevel: debug',
    );
    const begun = performance.now();
    const drover = folder.start();
    const base = await drover.listening();
    console.log(`listening after ${Math.round(performance.now() - begun)} ms`);
    await drover.match(/\[a\] preloaded/);
    expect(drover.stdout).toMatch(/\[DEBUG\] process id \d+\n[^]*listening[^]*preloaded/);
    expect((await fetch(new URL('/health', base))).status).toBe(200);
  });

  it('starts no model when the port is in use', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'), 'hooks: {on_startup: {preload: [a]}}');
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const ending = await folder.start(['-listen', `127.0.0.1:${port}`]).end();
    other.close();
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(/level=ERROR msg="cannot start" .*EADDRINUSE.*-listen/);
    expect(folder.living()).toEqual([]);
  });

  it.each([
    { listen: '127.0.0.1:0', keys: '[]', warns: false, isOpen: false },
    { listen: 'localhost:0', keys: '[]', warns: false, isOpen: false },
    { listen: ':0', keys: '[]', warns: true, isOpen: true },
    { listen: ':0', keys: '[k]', warns: true, isOpen: false },
  ])('warns of the whole network for $listen with the keys $keys', async (given) => {
    const { listen, keys, warns, isOpen } = given;
    await using folder = new DroverFolder();
    folder.configure('models: {}', `apiKeys: ${keys}`);
    const drover = folder.start(['-listen', listen]);
    await drover.listening();
    const { ending } = await endOf(drover, 'SIGTERM');
    expect(ending.stdout.includes('all hosts on the network')).toBe(warns);
    expect(ending.stdout.includes('nobody is asked for a key')).toBe(isOpen);
  });

  it('takes the address from DROVER_LISTEN when there is no flag', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const env = { DROVER_LISTEN: '[::1]:0' };
    const drover = folder.start(['-listen='], { env });
    expect((await drover.listening()).hostname).toBe('[::1]');
  });

  it('writes JSON lines when asked to', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const drover = folder.start(['-log-format', 'json']);
    const match = await drover.match(/^\{.*drover listening on.*\}$/m);
    expect(JSON.parse(match[0])).toMatchObject({ level: 'info', source: 'proxy' });
  });

  it('writes nothing but JSON lines then, from a bad start to the end', async () => {
    await using folder = new DroverFolder();
    const args = ['-log-format', 'json'];
    folder.configure('models: []');
    const failed = await folder.start([...args, 'stray']).end();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('cannot load the configuration');
    folder.configure('logToStdout: both', 'models:', folder.model('a', '--lines 50'));
    const drover = folder.start(args);
    const base = await drover.listening();
    await (await chat(base, 'a')).text();
    await (await chat(base, 'nobody')).text();
    const { ending } = await endOf(drover, 'SIGTERM');
    const lines = [failed.stdout, failed.stderr, ending.stdout, ending.stderr].join('').split('\n');
    const written = lines.filter((line) => line !== '');
    expect(written.length).toBeGreaterThan(50);
    for (const line of written) {
      expect(JSON.parse(line)).toMatchObject({
        time: expect.any(String),
        level: expect.any(String),
      });
    }
  });
});
