import { EventEmitter2 } from '@nestjs/event-emitter';
import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfigStore, ModelConfig } from '#lib/config';
import { ModelStateEvent, VirtualClock } from '#lib/foundation';
import { ProcessChange, ProcessService } from './process.service.js';
import { FakeProbe } from './testing/fake-probe.js';
import { FakeRuntime } from './testing/fake-runtime.js';
import { modelConfig } from './testing/model-config.js';

class ServiceWorld {
  readonly clock = new VirtualClock(1_000_000);
  readonly events = new EventEmitter2();
  readonly runtime = new FakeRuntime();
  readonly probe = new FakeProbe();
  readonly output: string[] = [];
  readonly service: ProcessService;

  constructor(...ids: string[]) {
    this.probe.answer = true;
    this.runtime.onLaunch = (launch) => launch.succeed();
    this.service = new ProcessService(
      { current: { models: models(...ids) } } as unknown as ConfigStore,
      this.clock,
      this.events,
      this.probe,
      (model, chunk) => this.output.push(`${model}: ${Buffer.from(chunk).toString()}`),
      new Map([['local', this.runtime]]),
    );
  }

  async ready(id: string): Promise<void> {
    await this.service.get(id)?.ensureReady();
  }
}

function named(id: string): ModelConfig {
  const cmd = `serve "${id}"`;
  return modelConfig({ id, cmd, ttl: 5, name: id.toUpperCase(), description: 'd' });
}

function models(...ids: string[]): Map<string, ModelConfig> {
  return new Map(ids.map((id) => [id, named(id)]));
}

const unload = { graceMs: 10_000, reason: 'unload' };

describe('ProcessService', () => {
  beforeEach(() => Logger.overrideLogger(false));

  it('has a process for every configured model and splits its command as a shell would', async () => {
    const world = new ServiceWorld('b', 'a');
    expect([...world.service.ids()]).toEqual(['b', 'a']);
    expect(world.service.get('x')).toBeUndefined();
    await world.ready('a');
    expect(world.runtime.launch(0).start.argv).toEqual(['serve', 'a']);
  });

  it('lists resident models in byte order with what GET /running shows', async () => {
    const world = new ServiceWorld('é', 'z', 'B', 'stopped');
    await Promise.all(['é', 'z', 'B'].map((id) => world.ready(id)));
    expect(world.service.running().map(({ model }) => model)).toEqual(['B', 'z', 'é']);
    expect(world.service.running()[0]).toEqual({
      model: 'B',
      state: 'ready',
      cmd: 'serve "B"',
      proxy: 'http://127.0.0.1:5800',
      ttl: 5,
      name: 'B',
      description: 'd',
    });
  });

  it('numbers instances uniquely across models', async () => {
    const world = new ServiceWorld('a', 'b');
    await world.ready('a');
    await world.ready('b');
    expect(world.runtime.launches.map(({ start }) => start.instance)).toEqual([1, 2]);
  });

  it('announces transitions to listeners first, then as events with the time', async () => {
    const world = new ServiceWorld('a');
    const seen: (ProcessChange | ModelStateEvent)[] = [];
    const off = world.service.onState((change) => seen.push(change));
    world.events.on('model.state', (event: ModelStateEvent) => seen.push(event));
    await world.ready('a');
    off();
    void world.service.get('a')?.stop(unload);
    expect(seen).toEqual([
      { model: 'a', from: 'stopped', to: 'starting' },
      { model: 'a', from: 'stopped', to: 'starting', exit: null, atMs: 1_000_000 },
      { model: 'a', from: 'starting', to: 'ready' },
      { model: 'a', from: 'starting', to: 'ready', exit: null, atMs: 1_000_000 },
      { model: 'a', from: 'ready', to: 'stopping', exit: null, atMs: 1_000_000 },
    ]);
  });

  it('is not disturbed by a listener that fails', async () => {
    const world = new ServiceWorld('a');
    world.events.on('model.state', () => {
      throw new Error('a display is broken');
    });
    await world.ready('a');
    expect(world.service.get('a')?.state).toBe('ready');
  });

  it('routes output by model and measures loads', async () => {
    const world = new ServiceWorld('a');
    await world.ready('a');
    world.runtime.servers[0]?.print('hello');
    expect(world.output).toEqual(['a: hello']);
    expect(world.service.times('a')).toEqual({ loadMs: 0, stopMs: null, serviceMs: null });
  });

  it('keeps processes over a reload, with their new settings, and adds new ones', async () => {
    const world = new ServiceWorld('a');
    await world.ready('a');
    const before = world.service.get('a');
    const next = models('a', 'b');
    next.set('a', { ...next.get('a')!, ttl: 99 });
    world.service.replaceConfig(next);
    expect(world.service.get('a')).toBe(before);
    expect([before?.state, before?.config.ttl]).toEqual(['ready', 99]);
    expect([...world.service.ids()]).toEqual(['a', 'b']);
  });

  it('drops a removed model at once when it is stopped, otherwise when its server is gone', async () => {
    const world = new ServiceWorld('idle', 'busy');
    await world.ready('busy');
    const idle = world.service.get('idle');
    const busy = world.service.get('busy');
    world.service.replaceConfig(models());
    expect([...world.service.ids()]).toEqual(['busy']);
    expect([idle?.state, busy?.state]).toEqual(['shutdown', 'ready']);
    const stopped = busy?.stop(unload);
    world.runtime.servers[0]?.exit();
    await stopped;
    expect([...world.service.ids()]).toEqual([]);
    await expect(busy?.ensureReady()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  it('keeps a model that comes back before its server is gone', async () => {
    const world = new ServiceWorld('a');
    await world.ready('a');
    const before = world.service.get('a');
    world.service.replaceConfig(models());
    world.service.replaceConfig(models('a'));
    const stopped = before?.stop(unload);
    world.runtime.servers[0]?.exit();
    await stopped;
    expect(world.service.get('a')).toBe(before);
    await world.ready('a');
    expect(before?.state).toBe('ready');
  });

  it('stops all within the budget, hurrying starts, and starts nothing afterwards', async () => {
    const world = new ServiceWorld('ready', 'starting', 'idle');
    await world.ready('ready');
    world.probe.answer = false;
    const starting = world.ready('starting').catch((error: { code: string }) => error.code);
    await world.clock.advanceAsync(50);
    const stopped = world.service.stopAll(3000);
    expect(world.runtime.servers.map(({ graces }) => graces)).toEqual([[3000], [5000, 3000]]);
    for (const server of world.runtime.servers) server.exit();
    await stopped;
    expect(await starting).toBe('MODEL_START_ABORTED');
    const states = ['ready', 'starting', 'idle'].map((id) => world.service.get(id)?.state);
    expect(states).toEqual(['shutdown', 'shutdown', 'shutdown']);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('gives at least one millisecond of grace, and a second call hurries the first', async () => {
    const world = new ServiceWorld('a');
    await world.ready('a');
    void world.service.stopAll(20_000);
    void world.service.stopAll(-5);
    expect(world.runtime.servers[0]?.graces).toEqual([20_000, 1]);
  });
});
