import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { GpuProbePlugin, GpuSampleSink, ProbeError, unknownGpu } from '#lib/plugin-api';
import { FakeProbeWorld } from '#lib/plugin-api/testing';
import { ProbeSupervisor } from './probe.supervisor.js';

/** A probe that does what the test says. */
class ScriptedProbe implements GpuProbePlugin {
  readonly priority = 1;
  detections = 0;
  starts = 0;
  stops = 0;
  sink: GpuSampleSink | null = null;
  onDetect: () => Promise<boolean> = async () => true;

  async detect(): Promise<boolean> {
    this.detections++;
    return await this.onDetect();
  }

  start(_: unknown, sink: GpuSampleSink) {
    this.starts++;
    this.sink = sink;
    return {
      stop: async () => {
        this.stops++;
      },
    };
  }
}

function setup() {
  const clock = new VirtualClock(1_000_000);
  const probe = new ScriptedProbe();
  const seen: boolean[] = [];
  const logs: string[] = [];
  const make = (): ProbeSupervisor =>
    new ProbeSupervisor('x', probe, {
      clock,
      context: new FakeProbeWorld().context(),
      onSamples: (_, isFirst) => seen.push(isFirst),
      log: (message) => logs.push(message),
    });
  return { clock, probe, seen, logs, make };
}

describe('ProbeSupervisor', () => {
  it('passes samples on and says which is the first', async () => {
    const { clock, probe, seen, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    probe.sink!.samples([unknownGpu(0)]);
    probe.sink!.samples([unknownGpu(0)]);
    expect(seen).toEqual([true, false]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'up', lastSuccessMs: 1_000_000 });
    await supervisor.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('is back within ten seconds each time that a working probe dies, a hundred times', async () => {
    const { clock, probe, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    for (let death = 1; death <= 100; death += 1) {
      probe.sink!.samples([unknownGpu(0)]);
      probe.sink!.failed(new ProbeError('exited', 'killed'));
      expect(supervisor.snapshot().state).toBe('failed');
      await clock.advanceAsync(10_000);
      expect(probe.starts).toBe(death + 1);
    }
    probe.sink!.samples([unknownGpu(0)]);
    expect(supervisor.snapshot()).toMatchObject({
      state: 'up',
      errors: new Map([['exited', 100]]),
    });
    await supervisor.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('is back within ten seconds although the tool dies again before it delivers', async () => {
    const { clock, probe, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    probe.sink!.samples([unknownGpu(0)]);
    for (let death = 1; death <= 50; death += 1) {
      probe.sink!.failed(new ProbeError('exited', 'killed'));
      await clock.advanceAsync(10_000);
      expect(probe.starts).toBe(death + 1);
    }
    await supervisor.stop();
  });

  it('takes a probe that has told nothing for ten minutes for one that does not work', async () => {
    const { clock, probe, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    probe.sink!.samples([unknownGpu(0)]);
    probe.onDetect = async () => {
      throw new ProbeError('driver_unreachable', 'no driver');
    };
    probe.sink!.failed(new ProbeError('exited', 'killed'));
    await clock.advanceAsync(5000);
    probe.sink!.failed(new ProbeError('exited', 'killed'));
    await clock.advanceAsync(900_000);
    const before = probe.detections;
    await clock.advanceAsync(600_000);
    expect(probe.detections - before).toBe(2);
    await supervisor.stop();
  });

  it('tells how long it took until the first sample', async () => {
    const { clock, probe, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(700);
    expect(supervisor.snapshot().tookMs).toBeNull();
    probe.sink!.samples([unknownGpu(0)]);
    await clock.advanceAsync(700);
    probe.sink!.samples([unknownGpu(0)]);
    expect(supervisor.snapshot().tookMs).toBe(700);
    await supervisor.stop();
  });

  it('says what is missing, which is no failure', async () => {
    const { clock, probe, logs, make } = setup();
    probe.onDetect = async () => {
      throw new ProbeError('absent', 'no tool on PATH');
    };
    const supervisor = make();
    await clock.advanceAsync(0);
    expect(supervisor.snapshot()).toMatchObject({ state: 'absent', detail: 'no tool on PATH' });
    expect([supervisor.snapshot().errors.size, logs]).toEqual([0, []]);
    await supervisor.stop();
  });

  it('counts trouble and goes on, and says so until a round is without it', async () => {
    const { clock, probe, seen, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    probe.sink!.samples([unknownGpu(0)]);
    probe.sink!.trouble!(new ProbeError('gpu_lost', 'GPU 1 is lost'));
    probe.sink!.samples([unknownGpu(0)]);
    expect(seen).toEqual([true, false]);
    expect(supervisor.snapshot()).toMatchObject({
      state: 'up',
      detail: 'GPU 1 is lost',
      errors: new Map([['gpu_lost', 1]]),
    });
    probe.sink!.samples([unknownGpu(0)]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'up', detail: null });
    await supervisor.stop();
  });

  it('looks for an absent tool at growing pauses of at most five minutes', async () => {
    const { clock, probe, make } = setup();
    probe.onDetect = async () => false;
    const supervisor = make();
    await clock.advanceAsync(5000 + 10_000 + 20_000);
    expect(probe.detections).toBe(4);
    expect(supervisor.snapshot()).toMatchObject({ state: 'absent', lastError: null });
    await clock.advanceAsync(3_600_000);
    const before = probe.detections;
    await clock.advanceAsync(600_000);
    expect(probe.detections - before).toBe(2);
    await supervisor.stop();
  });

  it('has a working probe back within an interval after each of a hundred failures', async () => {
    const { clock, probe, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    for (let count = 1; count <= 100; count++) {
      probe.sink!.samples([unknownGpu(0)]);
      probe.sink!.failed(new ProbeError('exited', 'killed'));
      await clock.advanceAsync(5000);
      expect(probe.starts).toBe(count + 1);
    }
    expect(supervisor.snapshot().errors).toEqual(new Map([['exited', 100]]));
    await supervisor.stop();
  });

  it('never starts a probe more often than once per interval', async () => {
    const { clock, probe, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    probe.sink!.samples([unknownGpu(0)]);
    probe.sink!.failed(new Error('gone'));
    await clock.advanceAsync(4999);
    expect(probe.starts).toBe(1);
    await supervisor.stop();
  });

  it('gives a detection up that hangs', async () => {
    const { clock, probe, make } = setup();
    probe.onDetect = () => new Promise(() => {});
    const supervisor = make();
    await clock.advanceAsync(6000);
    expect(supervisor.snapshot()).toMatchObject({ state: 'failed' });
    expect([...supervisor.snapshot().errors.keys()]).toEqual(['timeout']);
    await supervisor.stop();
  });

  it('says the same thing once', async () => {
    const { clock, probe, logs, make } = setup();
    probe.onDetect = async () => {
      throw new ProbeError('driver_unreachable', 'no driver');
    };
    const supervisor = make();
    await clock.advanceAsync(100_000);
    expect(logs).toEqual(['GPU probe x does not work: no driver']);
    await supervisor.stop();
  });

  it('hears nothing of a probe that has failed, nor of one that was stopped', async () => {
    const { clock, probe, seen, make } = setup();
    const supervisor = make();
    await clock.advanceAsync(0);
    const first = probe.sink!;
    first.failed(new Error('gone'));
    first.failed(new Error('gone again'));
    first.samples([unknownGpu(0)]);
    await supervisor.stop();
    first.samples([unknownGpu(0)]);
    expect(seen).toEqual([]);
    expect(supervisor.snapshot().errors.get('error')).toBe(1);
  });

  it('stops although a detection hangs, and leaves nothing behind', async () => {
    const { clock, probe, make } = setup();
    probe.onDetect = () => new Promise(() => {});
    const supervisor = make();
    await clock.advanceAsync(0);
    await supervisor.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(supervisor.snapshot().state).toBe('stopped');
  });
});
