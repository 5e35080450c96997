import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { VirtualClock } from '#lib/foundation';
import { isResident, Planner, SchedulerPlugin } from '#lib/plugin-api';
import { RigModel, RigRequest, RouterRig } from '../../libs/router/testing/router-rig.js';

/** One random step; `pick` chooses among what the step can be applied to. */
export interface Step {
  readonly kind:
    | 'request'
    | 'cancel'
    | 'done'
    | 'ready'
    | 'failStart'
    | 'finishStop'
    | 'crash'
    | 'unload'
    | 'reload'
    | 'wait';
  readonly pick: number;
}

/** What a random history is run on. */
export interface WorldOptions {
  readonly models: Readonly<Record<string, RigModel>>;
  readonly planner: Planner;
  readonly scheduler: SchedulerPlugin;
  readonly clock?: VirtualClock;
  /** Models of which at most one may stay. */
  readonly swapGroups: readonly (readonly string[])[];
  /**
   * Whether the scheduler keeps to the reference's own rules: disjoint evictions (I12), progress by
   * swaps and completions alone (I19), a queue in order of priority (I24). A better one need not.
   */
  readonly asReference: boolean;
}

interface Watched {
  readonly request: RigRequest;
  /** Whether it was still waiting after everything at its arrival had happened. */
  waited: boolean;
  /** Whether it arrived during an unload, when fifo handles it later. */
  readonly late: boolean;
  released: boolean;
}

/** A router under random events whose invariants (routing, I1 to I29) are checked at every step. */
export class RouterWorld {
  readonly rig: RouterRig;
  /** Everything that happened, for the comparison of two runs. */
  readonly history: string[] = [];
  private readonly requests: Watched[] = [];
  private readonly models: readonly string[];
  private unloading = 0;
  private reloading = 0;
  private down = false;

  constructor(private readonly options: WorldOptions) {
    this.models = Object.keys(options.models);
    this.rig = new RouterRig(options);
    this.rig.core.observe({
      granted: ({ model }) => this.granted(model),
      stopping: ({ model, reason }) => this.stopping(model, reason),
      swapStarted: ({ order }) => this.history.push(`swap ${order.target}<-${order.evict.join()}`),
      failed: ({ model, code }) => this.history.push(`failed ${model} ${code}`),
    });
    this.rig.processes.onState(({ model, to }) => {
      this.history.push(`${model} ${to}`);
      if (to === 'starting') this.starting(model);
    });
  }

  async take({ kind, pick }: Step): Promise<void> {
    this[kind](pick);
    await this.rig.settle();
    for (const one of this.requests) one.waited ||= !one.request.lease && !one.request.error;
    this.check();
  }

  /** Opens every gate until nobody waits, then shuts down. */
  async end(): Promise<void> {
    const gates = ['ready', 'finishStop', 'done', 'wait'] as const;
    for (let round = 0; round < 400 && this.busy(); round++) {
      for (const kind of gates) await this.take({ kind, pick: round });
    }
    deepEqual(
      this.requests.filter(({ request }) => !request.lease && !request.error),
      [],
    );
    const { swaps, queue, reserved } = this.rig.core.snapshot().scheduler;
    deepEqual([swaps, queue, reserved.size], [[], [], 0]);
    const last = [this.rig.request(this.models[0]!), this.rig.request(this.models.at(-1)!)];
    let ended = false;
    this.down = true;
    void this.rig.core.shutdown(1000).then(() => (ended = true));
    await this.rig.settle();
    for (const model of this.models) {
      const process = this.rig.process(model);
      if (process.dying) await this.rig.stopped(model);
    }
    equal(ended, true);
    for (const { lease, error } of last)
      match(lease ? 'granted' : (error ?? ''), /granted|SHUTTING/);
    for (const model of this.models) equal(this.rig.process(model).state, 'stopped');
    equal(this.rig.clock.pendingTimers, 0);
    deepEqual(this.rig.logged, []);
  }

  private request(pick: number): void {
    const request = this.rig.request(this.choose(this.models, pick)!);
    this.requests.push({ request, waited: false, late: this.unloading > 0, released: false });
  }

  private cancel(pick: number): void {
    const open = this.requests.filter(({ request }) => !request.lease && !request.error);
    this.choose(open, pick)?.request.client.abort();
  }

  private done(pick: number): void {
    const held = this.requests.filter(({ request, released }) => request.lease && !released);
    const one = this.choose(held, pick);
    if (!one) return;
    one.released = true;
    one.request.lease?.release();
  }

  private ready(pick: number): void {
    this.starters(pick)?.becomeReady();
  }

  private failStart(pick: number): void {
    this.starters(pick)?.failStart();
  }

  private finishStop(pick: number): void {
    const dying = this.models.filter((model) => this.rig.process(model).dying);
    const model = this.choose(dying, pick);
    if (model) this.rig.process(model).finishStop();
  }

  private crash(pick: number): void {
    const live = this.models.filter((model) => this.rig.process(model).state !== 'stopped');
    const model = this.choose(live, pick);
    if (model) this.rig.process(model).crash();
  }

  /** I16. */
  private unload(pick: number): void {
    const targets = this.models.filter((_, index) => (pick >> index) & 1);
    this.unloading++;
    const before = this.requests.length;
    const end = async (unloaded: Promise<void>): Promise<void> => {
      await unloaded;
      this.unloading--;
      const asked = this.requests.slice(before).map(({ request }) => request.model);
      const live = targets.filter((model) => isResident(this.rig.process(model).state));
      deepEqual(
        live.filter((model) => !asked.includes(model)),
        [],
      );
    };
    void end(this.rig.core.unload(targets));
  }

  private reload(pick: number): void {
    const changed = this.models.filter((_, index) => (pick >> index) & 1);
    const settings = this.rig.settings(this.options.models);
    this.reloading++;
    void this.rig.core
      .reconfigure(settings, { changed, removed: [], drainMs: 5000 })
      .then(() => this.reloading--);
  }

  private wait(pick: number): void {
    this.rig.clock.advance((pick % 8) * 500);
  }

  private starters(pick: number) {
    const starting = this.models
      .map((model) => this.rig.process(model))
      .filter(({ state, dying }) => state === 'starting' && !dying);
    return this.choose(starting, pick);
  }

  private choose<T>(list: readonly T[], pick: number): T | undefined {
    return list.length === 0 ? undefined : list[pick % list.length];
  }

  private busy(): boolean {
    const { swaps, queue, reserved } = this.rig.core.snapshot().scheduler;
    return swaps.length + queue.length + reserved.size + this.unloading + this.reloading > 0;
  }

  /** I9, I10, I27. */
  private granted(model: string): void {
    this.history.push(`granted ${model}`);
    equal(this.down, false);
    equal(this.rig.process(model).state, 'ready');
    const { swaps } = this.rig.core.snapshot().scheduler;
    deepEqual(
      swaps.filter(({ evict }) => evict.includes(model)),
      [],
    );
  }

  /** I8, P4. */
  private stopping(model: string, reason: string): void {
    this.history.push(`stop ${model} ${reason}`);
    const { inFlight } = this.rig.core.snapshot().models.find((one) => one.model === model)!;
    if (reason === 'swap' || reason === 'ttl') equal(inFlight, 0);
  }

  /** I14. */
  private starting(model: string): void {
    const { swaps } = this.rig.core.snapshot().scheduler;
    const victims = swaps.filter(({ target }) => target === model).flatMap(({ evict }) => evict);
    for (const victim of victims) equal(this.rig.process(victim).state, 'stopped');
  }

  private check(): void {
    this.checkRequests();
    this.checkSwaps();
    this.checkResidents();
  }

  /** I1, I4 to I7, I24. */
  private checkRequests(): void {
    const { models, scheduler } = this.rig.core.snapshot();
    for (const { model, inFlight, waiting } of models) {
      const own = this.requests.filter(({ request }) => request.model === model);
      const held = own.filter(({ request, released }) => request.lease && !released).length;
      const open = own.filter(({ request }) => !request.lease && !request.error).length;
      deepEqual({ inFlight, waiting }, { inFlight: held, waiting: open });
      if (this.unloading > 0) continue;
      equal(scheduler.inFlight.get(model) ?? 0, held);
      equal(scheduler.reserved.get(model) ?? 0, held + open);
    }
    for (const { request, waited, late } of this.requests) {
      equal(request.lease && request.error, null);
      if (waited && !late) doesNotMatch(request.error ?? '', /CONCURRENCY_LIMIT|MODEL_NOT_FOUND/);
    }
    if (!this.options.asReference) return;
    const priority = (model: string): number => this.options.models[model]?.priority ?? 0;
    const keys = scheduler.queue.map(({ id, model }) => [-priority(model), id] as const);
    deepEqual(
      keys,
      keys.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
    );
  }

  /** I11, I12, I19. */
  private checkSwaps(): void {
    const { swaps, queue, inFlight, waitReasons } = this.rig.core.snapshot().scheduler;
    const targets = swaps.map(({ target }) => target);
    equal(new Set(targets).size, targets.length);
    const victims = swaps.flatMap(({ evict }) => evict);
    if (this.options.asReference) equal(new Set(victims).size, victims.length);
    deepEqual(
      targets.filter((target) => victims.includes(target)),
      [],
    );
    if (queue.length === 0 || this.unloading > 0) return;
    if (this.options.asReference) return ok(swaps.length + inFlight.size > 0);
    const dying = this.models.some((model) => this.rig.process(model).dying);
    const awaited = swaps.some(({ waiters }) => waiters.length > 0);
    const reasons = [...(waitReasons?.values() ?? [])].map(({ kind }) => kind);
    // A load that nobody waits for is no excuse; a reload that lets a model drain is.
    ok(dying || awaited || inFlight.size > 0 || reasons.includes('hold') || this.reloading > 0);
  }

  /** I15. */
  private checkResidents(): void {
    const { swaps } = this.rig.core.snapshot().scheduler;
    const leaving = new Set(swaps.flatMap(({ evict }) => evict));
    const staying = this.models.filter((model) => {
      const process = this.rig.process(model);
      const loading = swaps.some(({ target }) => target === model);
      return (loading || isResident(process.state)) && !leaving.has(model) && !process.dying;
    });
    for (const group of this.options.swapGroups) {
      ok(staying.filter((model) => group.includes(model)).length <= 1);
    }
  }
}
