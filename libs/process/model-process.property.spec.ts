import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelState } from '#lib/plugin-api';
import { FakeServer } from './testing/fake-server.js';
import { ProcessWorld, watch } from './testing/process-world.js';

const LEGAL = new Set([
  'stopped>starting',
  'starting>ready',
  'starting>stopped',
  'starting>shutdown',
  'ready>stopping',
  'ready>stopped',
  'ready>shutdown',
  'stopping>stopped',
  'stopped>shutdown',
]);

/** Longest grace below, the kill, and what a test runtime takes to obey it. */
const STOP_BOUND_MS = 10_000 + 10_000;

type Step =
  | { readonly kind: 'ensure' }
  | { readonly kind: 'stop'; readonly graceMs: number }
  | { readonly kind: 'stale-stop' }
  | { readonly kind: 'exit' }
  | { readonly kind: 'launch'; readonly works: boolean }
  | { readonly kind: 'health'; readonly answer: boolean | 'never' }
  | { readonly kind: 'obedience'; readonly dieAfterMs: number }
  | { readonly kind: 'configure' }
  | { readonly kind: 'pass'; readonly durationMs: number }
  | { readonly kind: 'dispose' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ kind: 'ensure' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('stop' as const),
      graceMs: fc.constantFrom(1, 500, 10_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'stale-stop' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'exit' }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('launch' as const), works: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('health' as const),
      answer: fc.constantFrom(true, false, 'never' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('obedience' as const),
      dieAfterMs: fc.constantFrom(0, 20, 5000, 1_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'configure' }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      durationMs: fc.constantFrom(0, 1, 50, 1000, 20_000),
    }),
  },
);

/** A world whose servers die some time after SIGTERM, and at once when their grace is over. */
class Trial {
  readonly world = new ProcessWorld({ healthCheckTimeout: 15 });
  readonly ensured: (() => string)[] = [];
  readonly stops: { readonly outcome: () => string; readonly byMs: number }[] = [];
  /** Rules that were broken on the way. */
  readonly broken: string[] = [];
  private dieAfterMs = 0;
  private answered = 0;
  private lastState: ModelState = 'stopped';

  constructor() {
    this.world.runtime.onLaunch = (launch) =>
      launch.signal.addEventListener('abort', () => launch.fail(new Error('aborted')));
    this.world.process.onState((from, to, process) => {
      const follows = from === this.lastState && process.state === to && from !== to;
      this.demand(follows, `P1: ${from}>${to} after ${this.lastState}`);
      this.lastState = to;
    });
  }

  async run(step: Step): Promise<void> {
    const { process, probe, runtime } = this.world;
    if (step.kind === 'ensure') this.ensured.push(watch(process.ensureReady()));
    else if (step.kind === 'stop') this.stop(step.graceMs);
    else if (step.kind === 'stale-stop') this.staleStop();
    else if (step.kind === 'exit') runtime.servers.at(-1)?.exit({ code: 1, signal: null });
    else if (step.kind === 'launch') this.launch(step.works);
    else if (step.kind === 'health') probe.answer = step.answer;
    else if (step.kind === 'obedience') this.dieAfterMs = step.dieAfterMs;
    else if (step.kind === 'configure') process.configure({ ...process.config, ttl: 1 });
    else if (step.kind === 'pass') await this.world.pass(step.durationMs);
    else this.stops.push({ outcome: watch(process.dispose()), byMs: Infinity });
    this.check();
  }

  /** Lets everything end: launches are answered, servers die when killed, time passes. */
  async settle(): Promise<void> {
    for (let round = 0; round < 6; round += 1) {
      this.launch(true);
      await this.world.pass(STOP_BOUND_MS);
      this.check();
    }
  }

  private stop(graceMs: number): void {
    const byMs = this.world.clock.nowMs() + STOP_BOUND_MS;
    const outcome = watch(this.world.process.stop({ graceMs, reason: 'test' }));
    this.stops.push({ outcome, byMs });
  }

  private staleStop(): void {
    const { process } = this.world;
    const before = process.state;
    void process.stop({ graceMs: 1, reason: 'test', instance: -1 });
    this.demand(process.state === before, 'a stop for a dead instance does nothing');
  }

  private launch(works: boolean): void {
    const { runtime } = this.world;
    while (this.answered < runtime.launches.length) {
      const launch = runtime.launch(this.answered);
      this.answered += 1;
      if (launch.signal.aborted || !works) launch.fail(new Error('refused'));
      else this.arm(launch.succeed());
    }
  }

  private arm(server: FakeServer): void {
    const { clock } = this.world;
    const afterMs = this.dieAfterMs;
    server.onStop = (graceMs) => {
      clock.after(Math.min(graceMs, afterMs), () => server.exit());
    };
  }

  private check(): void {
    const { process, runtime, probe, clock } = this.world;
    const alive = runtime.servers.filter((server) => server.alive).length;
    this.demand(alive <= 1, 'I13: at most one server lives');
    this.demand(
      process.state !== 'stopped' || process.upstream === null,
      'no upstream when stopped',
    );
    this.demand(process.state !== 'ready' || probe.asked.length > 0, 'P7: asked before ready');
    const late = this.stops.filter(({ byMs }) => clock.nowMs() > byMs);
    this.demand(
      late.every(({ outcome }) => outcome() === 'done'),
      'P3, P5: stops are bounded',
    );
  }

  private demand(holds: boolean, rule: string): void {
    if (!holds) this.broken.push(rule);
  }
}

describe('ModelProcess: properties', () => {
  it('P1–P7 hold for any mixture of calls, failures, crashes and pauses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), fc.boolean(), async (steps, end) => {
        const trial = new Trial();
        for (const one of steps) await trial.run(one);
        if (end) await trial.run({ kind: 'dispose' });
        await trial.settle();
        const { process, runtime, clock, transitions } = trial.world;
        const alive = runtime.servers.some((server) => server.alive);
        expect(trial.broken).toEqual([]);
        expect(transitions.filter((name) => !LEGAL.has(name))).toEqual([]);
        // P2: everybody was answered; nothing hangs, nothing is left running after the end.
        expect(trial.ensured.map((outcome) => outcome())).not.toContain('pending');
        expect(trial.stops.map(({ outcome }) => outcome())).not.toContain('pending');
        expect(process.state).toSatisfy((state: ModelState) => !end || state === 'shutdown');
        expect(alive).toBe(process.state === 'ready' || process.state === 'starting');
        expect(clock.pendingTimers > 0).toBe(process.state === 'starting');
      }),
      { numRuns: 400 },
    );
  });
});
