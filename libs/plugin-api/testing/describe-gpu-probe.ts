import assert from 'node:assert/strict';
import { GpuProbeContext, GpuProbePlugin, GpuSample } from '../gpu-probe.interface.js';
import { readPluginMetadata } from '../plugin.decorators.js';
import { FakeProbeWorld } from './fake-probe-world.js';
import { TestRunner } from './test-runner.interface.js';

/** A GPU probe under test. */
export interface GpuProbeSubject {
  /** Name given to `@GpuProbe`. */
  readonly name: string;
  readonly create: () => GpuProbePlugin;
  /** What the context must say beyond the defaults, for example the platform. */
  readonly context?: Partial<GpuProbeContext>;
  /** Prepares a world in which the probe finds at least one device. */
  readonly prepare: (world: FakeProbeWorld) => void;
  /** Lets the prepared tool tell one round of samples, for probes that listen instead of asking. */
  readonly tell?: (world: FakeProbeWorld) => void;
}

const PERIOD_MS = 1000;

/**
 * The contract of a GPU probe as a test-suite: it finds its tool or says no, tells unknown values as
 * null, reports an end once, and leaves nothing behind when it is stopped.
 */
export function describeGpuProbe({ describe, it }: TestRunner, subject: GpuProbeSubject): void {
  describe(`GPU probe ${subject.name} keeps the contract`, () => {
    it('is marked as a GPU probe of its name and has a priority', () => {
      const probe = subject.create();
      const metadata = readPluginMetadata(probe.constructor);
      assert.deepEqual([metadata?.kind, metadata?.name], ['gpu-probe', subject.name]);
      assert.ok(Number.isFinite(probe.priority), 'the priority is a number');
    });

    it('says no on a machine that has nothing of what it needs', async () => {
      const { world, probe, context } = bench(subject, false);
      // Refusing with a reason is allowed as well.
      const found = await probe.detect(context, never()).catch(() => false);
      assert.equal(found, false);
      assert.equal(world.pendingTimers, 0, 'detect() leaves no timer');
    });

    it('says yes where its tool is', async () => {
      const { probe, context } = bench(subject, true);
      assert.equal(await probe.detect(context, never()), true);
    });

    it('tells samples that can be true, and stops without a trace', async () => {
      const { world, probe, context } = bench(subject, true);
      const seen: GpuSample[][] = [];
      const failures: Error[] = [];
      await probe.detect(context, never());
      const handle = probe.start(context, {
        samples: (samples) => seen.push([...samples]),
        failed: (error) => failures.push(error),
      });
      await world.advance(0);
      subject.tell?.(world);
      await world.advance(PERIOD_MS * 2);
      assert.deepEqual(failures, [], 'nothing has failed');
      assert.ok(seen.length > 0, 'no sample has come');
      for (const sample of seen.flat()) checkSample(sample);
      await handle.stop();
      const count = seen.length;
      await world.advance(PERIOD_MS * 5);
      assert.equal(seen.length, count, 'samples come after the stop');
      assert.equal(world.pendingTimers, 0, 'a timer is left');
      assert.ok(
        world.followed.every(({ isKilled }) => isKilled),
        'a program is left',
      );
      assert.ok(
        world.sockets.every(({ isClosed }) => isClosed),
        'a connection is left',
      );
    });

    it('can be stopped twice and at once', async () => {
      const { probe, context } = bench(subject, true);
      await probe.detect(context, never());
      const handle = probe.start(context, { samples: () => {}, failed: () => {} });
      await Promise.all([handle.stop(), handle.stop()]);
    });
  });
}

interface Bench {
  readonly world: FakeProbeWorld;
  readonly probe: GpuProbePlugin;
  readonly context: GpuProbeContext;
}

function bench(subject: GpuProbeSubject, isPrepared: boolean): Bench {
  const world = new FakeProbeWorld();
  if (isPrepared) subject.prepare(world);
  const context = world.context({ periodMs: PERIOD_MS, ...subject.context });
  return { world, probe: subject.create(), context };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

function checkSample(sample: GpuSample): void {
  const text = JSON.stringify(sample);
  assert.ok(Number.isInteger(sample.index) && sample.index >= 0, `index of ${text}`);
  const amounts: readonly (readonly [string, number | null, number])[] = [
    ['utilizationPercent', sample.utilizationPercent, 100],
    ['memoryUtilizationPercent', sample.memoryUtilizationPercent, 100],
    ['memoryUsedBytes', sample.memoryUsedBytes, sample.memoryTotalBytes ?? Infinity],
    ['memoryTotalBytes', sample.memoryTotalBytes, Infinity],
    ['powerWatts', sample.powerWatts, Infinity],
  ];
  for (const [name, value, most] of amounts) {
    if (value === null) continue;
    const isPossible = Number.isFinite(value) && value >= 0 && value <= most;
    assert.ok(isPossible, `${name} must lie between 0 and ${most} or be null in ${text}`);
  }
}
