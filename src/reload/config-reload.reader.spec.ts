import { describe, expect, it, vi } from 'vitest';
import { ConfigStore, parseConfigText } from '#lib/config';
import { DroverError, VirtualClock } from '#lib/foundation';
import { LogService, TextLogOutput } from '#lib/logs';
import { PluginConfigError } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { Reconfiguration, RouterService } from '#lib/router';
import { ConfigReloadReader } from './config-reload.reader.js';

const model = (id: string, more = '') => `  ${id}: {cmd: "run \${PORT} ${more}"}\n`;

function setUp(...texts: string[]) {
  const context = { env: {}, cwd: '/', platform: 'linux' } as const;
  const store = new ConfigStore((previous) =>
    parseConfigText(texts.shift() ?? '', { ...context, previous: previous ?? undefined }),
  );
  store.load();
  const calls: string[] = [];
  const settled = Promise.withResolvers<void>();
  const router = {
    prepare: vi.fn<(config: unknown) => object>(() => ({ needsRestart: [] })),
    apply: (_prepared: unknown, { changed, removed }: Reconfiguration) => {
      calls.push(`router changed=${changed.join()} removed=${removed.join()}`);
      return settled.promise;
    },
    preload: async (names: string[]) => void calls.push(`preload ${names.join()}`),
  };
  const processes = {
    replaceConfig: (models: Map<string, unknown>) =>
      void calls.push(`processes ${[...models.keys()].join()}`),
  };
  const output = new TextLogOutput({ write: () => undefined });
  const logs = new LogService({ clock: new VirtualClock(), output });
  const refresh = async () => void calls.push('refresh');
  const reader = new ConfigReloadReader(
    store,
    router as unknown as RouterService,
    processes as unknown as ProcessService,
    logs,
    refresh,
  );
  return { reader, store, router, logs, calls, settled };
}

describe('ConfigReloadReader', () => {
  it('reads without putting anything in force', async () => {
    const { reader, store, calls } = setUp('globalTTL: 1', 'globalTTL: 2');
    const reading = await reader.read();
    expect(reading.isGood).toBe(true);
    expect(store.current.globalTTL).toBe(1);
    expect(calls).toEqual(['refresh']);
  });

  it('puts everything in force in one stretch, in this order', async () => {
    const before = `models:\n${model('a')}${model('b')}${model('gone')}`;
    const after = `models:\n${model('a', '-x')}${model('b')}${model('c')}`;
    const preload = 'hooks: {on_startup: {preload: [c]}}\nlogLevel: error\n';
    const { reader, store, calls, logs } = setUp(before, `${after}${preload}`);
    const reading = await reader.read();
    if (!reading.isGood || !reading.prepared.changes) throw new Error('nothing to apply');
    expect(reading.prepared.changes).toEqual({
      added: ['c'],
      removed: ['gone'],
      restarted: ['a'],
      updated: [],
    });
    reading.prepared.apply();
    expect(calls).toEqual([
      'refresh',
      'processes a,b,c',
      'router changed=a removed=gone',
      'preload c',
    ]);
    expect([...store.current.models.keys()]).toEqual(['a', 'b', 'c']);
    expect(logs.isEnabled('info')).toBe(false);
  });

  it('keeps the log of a removed model until its server has ended', async () => {
    const { reader, logs, settled } = setUp(`models:\n${model('gone')}`, 'models: {}');
    logs.writeModel('gone', Buffer.from('last words'));
    const reading = await reader.read();
    if (reading.isGood) reading.prepared.apply();
    expect(logs.model('gone').history()).toHaveLength(10);
    settled.resolve();
    await settled.promise;
    expect(logs.model('gone').history()).toHaveLength(0);
  });

  it('says where the problems of a bad configuration are', async () => {
    const { reader } = setUp('models: {}', 'models: [1]');
    const reading = await reader.read();
    expect(reading.isGood).toBe(false);
    expect(reading.isGood || reading.problems[0]).toMatch(/^config:1:9 models: /);
  });

  it.each([
    {
      error: new PluginConfigError([{ path: 'groups.x', message: 'no' }]),
      problem: 'routing groups.x: no',
    },
    { error: new DroverError('PLUGIN_UNKNOWN', 'no planner'), problem: 'no planner' },
  ])('counts what a plugin refuses as a problem: $problem', async ({ error, problem }) => {
    const { reader, router } = setUp('globalTTL: 1', 'globalTTL: 2');
    router.prepare.mockImplementation(() => {
      throw error;
    });
    expect(await reader.read()).toMatchObject({ isGood: false, problems: [problem] });
  });

  it('finds nothing to do when both mean the same', async () => {
    const { reader } = setUp('globalTTL: 1', '# other words\nglobalTTL: 1 ');
    expect(await reader.read()).toMatchObject({ isGood: true, prepared: { changes: null } });
  });
});
