import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { ProcessTree } from '#lib/monitor';
import { ModelState } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { PerformanceService } from '../performance/performance.service.js';
import { ProcessUseService } from './process-use.service.js';

const nothing = (): void => undefined;

function setup(models: Readonly<Record<string, { state: ModelState; pid: number }>>) {
  const clock = new VirtualClock();
  const reads: (readonly number[])[] = [];
  let failure: Error | null = null;
  let sampled = nothing;
  let changed: (change: { readonly to: ModelState }) => void = nothing;
  const processes = {
    onState: (listener: typeof changed) => {
      changed = listener;
      return nothing;
    },
    ids: () => Object.keys(models),
    get: (model: string) => {
      const found = models[model];
      return found && { state: found.state, details: { pid: found.pid } };
    },
  };
  const performance = {
    onSample: (listener: () => void) => {
      sampled = listener;
      return nothing;
    },
    monitor: { isEnabled: true },
  };
  const trees = {
    read: async (roots: readonly number[]) => {
      reads.push(roots);
      if (failure) throw failure;
      return new Map(roots.map((root): [number, ProcessTree] => [root, treeOf(root)]));
    },
  };
  const service = new ProcessUseService(
    processes as unknown as ProcessService,
    performance as unknown as PerformanceService,
    trees,
    clock,
  );
  service.onApplicationBootstrap();
  const to = (state: ModelState): void => changed({ to: state });
  return { clock, reads, service, to, sample: () => sampled(), fail: (e: Error) => (failure = e) };
}

function treeOf(pid: number): ProcessTree {
  return { pids: [pid], residentBytes: pid, ownBytes: pid, cpuSeconds: pid };
}

describe('ProcessUseService', () => {
  it('reads the processes of resident models, with each sample of the machine', async () => {
    const { reads, service, sample } = setup({
      a: { state: 'ready', pid: 7 },
      b: { state: 'stopped', pid: 8 },
      c: { state: 'starting', pid: 9 },
    });
    expect(service.of('a')).toBeNull();
    sample();
    await service.refresh();
    expect(reads).toEqual([[7, 9]]);
    expect([service.of('a'), service.of('b'), service.of('x')]).toEqual([treeOf(7), null, null]);
  });

  it('reads when a model is ready', async () => {
    const { reads, service, to } = setup({ a: { state: 'ready', pid: 7 } });
    to('starting');
    expect(reads).toEqual([]);
    to('ready');
    await service.refresh();
    expect(reads).toEqual([[7]]);
  });

  it('reads once for questions at the same time, and not again within a second', async () => {
    const { clock, reads, service } = setup({ a: { state: 'ready', pid: 7 } });
    await Promise.all([service.refresh(), service.refresh()]);
    clock.advance(999);
    await service.refresh();
    expect(reads).toHaveLength(1);
    clock.advance(1);
    await service.refresh();
    expect(reads).toHaveLength(2);
  });

  it('tells nothing of a process that another one has replaced', async () => {
    const models = { a: { state: 'ready' as ModelState, pid: 7 } };
    const { service } = setup(models);
    await service.refresh();
    models.a.pid = 70;
    expect(service.of('a')).toBeNull();
    await service.refresh();
    expect(service.of('a')).toEqual(treeOf(70));
  });

  it('forgets what it knew when the system cannot be asked', async () => {
    const { clock, service, fail } = setup({ a: { state: 'ready', pid: 7 } });
    await service.refresh();
    fail(new Error('no /proc'));
    clock.advance(1000);
    await service.refresh();
    expect(service.of('a')).toBeNull();
  });
});
