import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { ShutdownSequence, ShutdownTimes } from './shutdown-sequence.js';
import { ShutdownSteps } from './shutdown-steps.interface.js';

/** Lets every promise that can settle settle. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function setUp(overrides: Partial<ShutdownSteps> = {}, given: Partial<ShutdownTimes> = {}) {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const lines: string[] = [];
  const steps: ShutdownSteps = {
    stopTriggers: () => void calls.push('triggers'),
    closeStreams: () => void calls.push('streams'),
    drain: async () => void calls.push('drain'),
    endRequests: () => void calls.push('requests'),
    stopModels: async (budgetMs) => void calls.push(`models ${budgetMs}`),
    closeStores: async () => void calls.push('stores'),
    killModels: () => void calls.push('kill'),
    ...overrides,
  };
  const times = () => ({ preStopDelayMs: 0, drainTimeoutMs: null, ...given });
  const log = (level: string, text: string) => void lines.push(`${level}: ${text}`);
  const sequence = new ShutdownSequence({ clock, steps, log, times });
  let status: number | null = null;
  void sequence.finished.then((value) => (status = value));
  return { clock, calls, lines, sequence, status: () => status };
}

const forever = () => new Promise<void>(() => {});

/** A drain that lasts `ms` and honours its signal. */
function drainOf(clock: () => VirtualClock, ms: number) {
  return (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      clock().after(ms, resolve);
      signal.addEventListener('abort', () => resolve());
    });
}

describe('ShutdownSequence', () => {
  it('goes through its steps in order and ends with 0', async () => {
    const { sequence, calls, status, clock } = setUp();
    expect(sequence.hasBegun).toBe(false);
    sequence.begin('SIGTERM');
    await settle();
    expect(calls).toEqual(['triggers', 'streams', 'drain', 'models 30000', 'stores']);
    expect(status()).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives the models what the drain has left of the budget', async () => {
    const world = setUp({ drain: drainOf(() => world.clock, 12_000) });
    world.sequence.begin('SIGTERM');
    await settle();
    world.clock.advance(12_000);
    await settle();
    expect(world.calls).toContain('models 18000');
  });

  it('ends a drain that uses the budget up, and gives the models 1 ms', async () => {
    const world = setUp({ drain: drainOf(() => world.clock, 100_000) });
    world.sequence.begin('SIGINT');
    await settle();
    world.clock.advance(30_000);
    await settle();
    expect(world.calls).toContain('models 1');
    expect(world.status()).toBe(0);
  });

  it('ends the requests that are left when the drain has used its time up', async () => {
    const times = { drainTimeoutMs: 5000 };
    const world = setUp({ drain: drainOf(() => world.clock, 100_000) }, times);
    world.sequence.begin('SIGTERM');
    await settle();
    world.clock.advance(4999);
    await settle();
    expect(world.calls).toEqual(['triggers', 'streams']);
    world.clock.advance(1);
    await settle();
    expect(world.calls.slice(2)).toEqual(['requests', 'models 10000', 'stores']);
    expect(world.status()).toBe(0);
  });

  it('goes on accepting for a while when gateways are slow to learn', async () => {
    const { sequence, calls, clock } = setUp({}, { preStopDelayMs: 7000 });
    sequence.begin('SIGTERM');
    await settle();
    clock.advance(6999);
    await settle();
    expect(calls).toEqual(['triggers']);
    clock.advance(1);
    await settle();
    expect(calls).toEqual(['triggers', 'streams', 'drain', 'models 30000', 'stores']);
  });

  it('waits as long as it is configured to before it takes a step for hung', async () => {
    const times = { preStopDelayMs: 1000, drainTimeoutMs: 60_000 };
    const { sequence, clock, status } = setUp({ drain: forever }, times);
    sequence.begin('SIGTERM');
    for (const ms of [1000, 74_999]) {
      clock.advance(ms);
      await settle();
    }
    expect(status()).toBeNull();
    clock.advance(1);
    await settle();
    expect(status()).toBe(1);
  });

  it('ends at once at the second signal, children killed, but takes an echo for the first', async () => {
    const { sequence, calls, status, lines, clock } = setUp({ drain: forever });
    sequence.begin('SIGINT');
    await settle();
    clock.advance(99);
    sequence.begin('SIGINT');
    await settle();
    expect(status()).toBeNull();
    clock.advance(1);
    sequence.begin('SIGINT');
    await settle();
    expect(calls).toEqual(['triggers', 'streams', 'kill']);
    expect(status()).toBe(1);
    expect(lines.at(-1)).toMatch(/^warn: SIGINT during the shutdown/);
  });

  it.each(['drain', 'stopModels', 'closeStores'] as const)(
    'ends after 35 s when %s hangs',
    async (step) => {
      const { sequence, clock, calls, status } = setUp({ [step]: forever });
      sequence.begin('SIGTERM');
      await settle();
      clock.advance(34_999);
      await settle();
      expect(status()).toBeNull();
      clock.advance(1);
      await settle();
      expect(calls.at(-1)).toBe('kill');
      expect(status()).toBe(1);
    },
  );

  it('kills the models when a step fails', async () => {
    const { sequence, calls, status } = setUp({
      stopModels: () => Promise.reject(new Error('no')),
    });
    sequence.begin('SIGTERM');
    await settle();
    expect(calls.at(-1)).toBe('kill');
    expect(status()).toBe(1);
  });

  it('kills the models when something failed that nobody expected', async () => {
    const { sequence, calls, status, lines } = setUp();
    sequence.crash(new Error('boom'));
    await settle();
    expect(calls).toEqual(['kill']);
    expect(status()).toBe(1);
    expect(lines[0]).toMatch(/^error: an error that nobody caught ends Drover: Error: boom\n/);
  });

  it('ends even when killing fails', async () => {
    const { sequence, status, clock } = setUp({
      drain: forever,
      killModels: () => {
        throw new Error('EPERM');
      },
    });
    sequence.begin('SIGTERM');
    await settle();
    clock.advance(1000);
    expect(() => sequence.begin('SIGTERM')).toThrow('EPERM');
    await settle();
    expect(status()).toBe(1);
  });
});
