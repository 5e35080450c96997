import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { ProcessChange, ProcessService } from '#lib/process';
import { LoadProgressService } from './load-progress.service.js';

const nothing: (change: ProcessChange) => void = () => undefined;

function setup(loadMs: number | null = null) {
  const clock = new VirtualClock();
  const logs = new LogService({
    clock,
    output: { entry: () => undefined, modelOutput: () => undefined, modelEnded: () => undefined },
  });
  let change = nothing;
  const processes = {
    onState: (listener: typeof change) => {
      change = listener;
      return () => undefined;
    },
    times: () => ({ loadMs, stopMs: null, serviceMs: null }),
  };
  const service = new LoadProgressService(processes as unknown as ProcessService, logs, clock);
  service.onApplicationBootstrap();
  const print = async (text: string): Promise<void> => {
    logs.writeModel('a', Buffer.from(text));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    clock,
    logs,
    print,
    service,
    to: (state: ProcessChange['to']) => change({ model: 'a', from: 'stopped', to: state }),
  };
}

function listen(service: LoadProgressService) {
  const told: unknown[] = [];
  const end = service.onProgress(({ modelName, state, percent }) => {
    told.push([modelName, state, percent]);
  });
  return { told, end };
}

describe('LoadProgressService', () => {
  it('tells what the server itself prints', async () => {
    const { clock, print, service, to } = setup(8000);
    await print('Loading x checkpoint shards: 90% Completed\n');
    to('starting');
    clock.advance(2000);
    await print('Loading x checkpoint shards: 50% Completed\n');
    expect(service.of('a')).toEqual({
      stage: 'weights',
      percent: 50,
      source: 'log',
      elapsedMs: 2000,
      expectedMs: 8000,
    });
  });

  it('estimates from earlier loads, and never claims to be done', () => {
    const { clock, service, to } = setup(8000);
    to('starting');
    clock.advance(2000);
    expect(service.of('a')).toMatchObject({ stage: null, percent: 25, source: 'history' });
    clock.advance(60_000);
    expect(service.of('a')).toMatchObject({ percent: 99, source: 'history' });
  });

  it('knows nothing of a first load that is silent', () => {
    const { service, to } = setup();
    to('starting');
    expect(service.of('a')).toEqual({
      stage: null,
      percent: null,
      source: null,
      elapsedMs: 0,
      expectedMs: null,
    });
  });

  it('ends with the load and reads no further', () => {
    const { logs, service, to } = setup();
    to('starting');
    expect(logs.model('a').readerCount).toBe(1);
    to('ready');
    expect([service.of('a'), logs.model('a').readerCount]).toEqual([null, 0]);
    to('starting');
    service.onModuleDestroy();
    expect([service.of('a'), logs.model('a').readerCount]).toEqual([null, 0]);
  });

  describe('tells its listeners', () => {
    it('of a load each second, and of its end', () => {
      const { clock, service, to } = setup(8000);
      const { told } = listen(service);
      to('starting');
      clock.advance(2500);
      to('ready');
      clock.advance(10_000);
      expect(told).toEqual([
        ['a', 'starting', 0],
        ['a', 'starting', 12.5],
        ['a', 'starting', 25],
        ['a', 'ready', 100],
      ]);
    });

    it('of a load that fails without claiming that it is done', () => {
      const { clock, service, to } = setup(8000);
      const { told } = listen(service);
      to('starting');
      clock.advance(900);
      to('stopped');
      to('stopped');
      expect(told.slice(1)).toEqual([['a', 'stopped', 11.25]]);
    });

    it('no longer when they have left, or when Drover ends', () => {
      const { clock, service, to } = setup(8000);
      const { told, end } = listen(service);
      end();
      to('starting');
      const { told: later } = listen(service);
      service.onModuleDestroy();
      clock.advance(5000);
      expect([told, later]).toEqual([[], []]);
    });
  });
});
