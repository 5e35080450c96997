import assert from 'node:assert/strict';
import { readPluginMetadata } from '../plugin.decorators.js';
import { SchedulerConfig, SchedulerModel, SchedulerPlugin } from '../scheduler.interface.js';
import { SchedulerWorld } from './scheduler-world.js';
import { SeededRandom } from './seeded-random.js';
import { TestRunner } from './test-runner.interface.js';
import { WorldModel } from './world-process.js';

/** A scheduler under test. */
export interface SchedulerSubject {
  /** Name given to `@Scheduler`. */
  readonly name: string;
  readonly create: () => SchedulerPlugin;
  /** Settings that it accepts. */
  readonly settings?: unknown;
  /** Random interleavings to try; default 300. */
  readonly runs?: number;
  /** It grants the requests of one model in the order of their arrival. */
  readonly keepsArrivalOrder?: boolean;
}

/**
 * The contract of a scheduler as a test-suite: random configurations, arrivals, cancels, crashes,
 * failing starts, unloads, reloads and shutdowns in virtual time. Broken promises are named by their
 * number (I1 …), and each failure tells the seed that shows it.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 * describeScheduler({ describe, it }, { name: 'mine', create: () => new MyScheduler() });
 * ```
 */
export function describeScheduler(runner: TestRunner, subject: SchedulerSubject): void {
  runner.describe(`scheduler ${subject.name} keeps the contract`, () => {
    runner.it('is marked as a scheduler of its name', () => {
      const metadata = readPluginMetadata(subject.create().constructor);
      assert.deepEqual([metadata?.kind, metadata?.name], ['scheduler', subject.name]);
    });

    runner.it('serves every request of a world in which nothing goes wrong', () => {
      for (let seed = 0; seed < 20; seed += 1) calm(seed, subject);
    });

    const runs = subject.runs ?? 300;
    for (let first = 0; first < runs; first += RUNS_PER_TEST) {
      const last = Math.min(runs, first + RUNS_PER_TEST) - 1;
      runner.it(`keeps every promise in random interleavings ${first} to ${last}`, () => {
        for (let seed = first; seed <= last; seed += 1) stormy(seed, subject);
      });
    }
  });
}

function calm(seed: number, subject: SchedulerSubject): void {
  const script = new Script(seed, { subject, isStormy: false });
  script.play(() => {
    script.arrivals(12);
    script.world.run();
    const served = script.models.flatMap((model) => script.world.clients.granted(model));
    assert.equal(served.length, 12, 'I20: every request is served in the end');
    script.mustBeAtRest();
  });
}

function stormy(seed: number, subject: SchedulerSubject): void {
  const script = new Script(seed, { subject, isStormy: true });
  script.play(() => {
    script.arrivals(script.random.integer(5, 40));
    script.troubles(script.random.integer(0, 8));
    script.world.run();
    script.mustBeAtRest();
    script.world.shutDown();
    script.world.run();
  });
}

/** So that a test stays within the usual time limit of a test. */
const RUNS_PER_TEST = 250;
const SPAN_MS = 400;

/** One random run. */
class Script {
  readonly random: SeededRandom;
  readonly models: readonly string[];
  readonly world: SchedulerWorld;
  private lastId = 0;

  constructor(
    private readonly seed: number,
    private readonly how: { readonly subject: SchedulerSubject; readonly isStormy: boolean },
  ) {
    this.random = new SeededRandom(seed);
    this.models = Array.from({ length: this.random.integer(1, 5) }, (_, index) => `m${index}`);
    const pairs = new Set(
      this.models.flatMap((a) => this.random.some(this.models, 0.6).map((b) => `${a} ${b}`)),
    );
    this.world = new SchedulerWorld({
      plugin: how.subject.create(),
      config: this.config(),
      models: new Map(this.models.map((model) => [model, this.worldModel()])),
      conflict: (a, b) => pairs.has(`${a} ${b}`) || pairs.has(`${b} ${a}`),
      random: this.random,
    });
  }

  /** Runs the body and adds the seed to whatever it throws. */
  play(body: () => void): void {
    try {
      body();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new Error(`${text} (seed ${this.seed})`, { cause: error });
    }
  }

  arrivals(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const atMs = this.random.integer(0, SPAN_MS);
      this.world.timeline.after(atMs, () => this.arrive());
    }
  }

  troubles(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const atMs = this.random.integer(0, SPAN_MS * 2);
      this.world.timeline.after(atMs, () => this.trouble());
    }
  }

  mustBeAtRest(): void {
    const { scheduler, clients } = this.world;
    assert.deepEqual(clients.waiting(), [], 'I20: everybody gets an answer in the end');
    const { swaps, queue, inFlight, reserved } = scheduler.snapshot();
    assert.deepEqual([swaps.length, queue.length], [0, 0], 'nothing is left to do at rest');
    assert.deepEqual([inFlight.size, reserved.size], [0, 0], 'I5: nothing is reserved at rest');
    if (!this.how.subject.keepsArrivalOrder) return;
    for (const model of this.models) {
      const granted = clients.granted(model);
      const sorted = granted.toSorted((a, b) => a - b);
      assert.deepEqual(granted, sorted, `I26: ${model} is granted in the order of arrival`);
    }
  }

  private arrive(): void {
    const { world, random } = this;
    this.lastId += 1;
    const isUnknown = this.how.isStormy && random.chance(0.02);
    const model = isUnknown ? 'nobody' : random.pick(this.models);
    const request = { id: this.lastId, model, arrivedMs: world.nowMs() };
    world.clients.add(request, random.integer(0, 60));
    world.post((scheduler) => scheduler.request(request));
    if (!this.how.isStormy || !random.chance(0.2)) return;
    world.timeline.after(random.integer(0, 200), () => this.leave(request.id));
  }

  private leave(id: number): void {
    const { world, random } = this;
    if (!world.clients.leave(id)) return;
    world.timeline.after(random.integer(0, 2), () => world.post((s) => s.cancel(id)));
  }

  private trouble(): void {
    const { world, random } = this;
    const kind = random.integer(0, 3);
    if (kind === 0) world.crash(random.pick(this.models));
    else if (kind === 1) world.unload(this.models);
    else if (kind === 2) world.unload([random.pick(this.models)]);
    else {
      const config = this.config();
      world.clients.reconfigure(config);
      world.post((scheduler) => scheduler.reconfigure(config));
    }
  }

  private config(): SchedulerConfig {
    const model = (): SchedulerModel => ({
      priority: this.random.integer(0, 2),
      concurrencyLimit: this.how.isStormy ? this.random.integer(1, 6) : 20,
      queueLimit: this.random.chance(0.5) ? this.random.integer(0, 20) : null,
    });
    const settings = this.how.subject.settings ?? null;
    return { models: new Map(this.models.map((id) => [id, model()])), settings };
  }

  private worldModel(): WorldModel {
    const starts = [0, 1, 2, 3, 4, 5];
    return {
      loadMs: this.random.integer(1, 100),
      stopMs: this.random.integer(0, 40),
      failingStarts: new Set(this.how.isStormy ? this.random.some(starts, 0.15) : []),
    };
  }
}
