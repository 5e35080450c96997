import assert from 'node:assert/strict';
import { compareIds } from '../compare-ids.js';
import { ModelState, ModelStatistics } from '../model-state.js';
import { Plan } from '../planner.interface.js';
import {
  Failure,
  Rejection,
  RequestScheduler,
  ScheduledRequest,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerPlugin,
  SwapOrder,
} from '../scheduler.interface.js';
import { SeededRandom } from './seeded-random.js';
import { WorldClients } from './world-clients.js';
import { WorldModel, WorldProcess } from './world-process.js';
import { WorldTimeline } from './world-timeline.js';

/** What a world is made of. */
export interface SchedulerWorldOptions {
  readonly plugin: SchedulerPlugin;
  readonly config: SchedulerConfig;
  readonly models: ReadonlyMap<string, WorldModel>;
  /** Whether two models may not be resident at once. */
  readonly conflict: (a: string, b: string) => boolean;
  readonly random: SeededRandom;
}

interface RunningSwap {
  readonly order: SwapOrder;
  start: ((error: Error | null) => void) | null;
}

/**
 * A router, its processes and its clients in virtual time, for tests of a scheduler. Every effect
 * and every snapshot is checked: a broken promise throws an `AssertionError` that names it.
 */
export class SchedulerWorld implements SchedulerEffects {
  readonly scheduler: RequestScheduler;
  readonly timeline: WorldTimeline;
  readonly clients: WorldClients;
  private readonly processes = new Map<string, WorldProcess>();
  private readonly swaps = new Map<number, RunningSwap>();
  private readonly events: (() => void)[] = [];
  private readonly putOff: (readonly string[])[] = [];
  /** Models whose stop has been ordered; a process may take note of it a moment later. */
  private readonly doomed: string[] = [];
  private mustBeGivenUp: SwapOrder[] = [];
  private lastSwapId = 0;
  private isInEvent = false;
  private isDown = false;

  constructor(private readonly options: SchedulerWorldOptions) {
    this.timeline = new WorldTimeline(options.random);
    this.clients = new WorldClients(options.config);
    for (const [id, model] of options.models) {
      const changed = (from: ModelState, to: ModelState): void => this.changed(id, from, to);
      this.processes.set(id, new WorldProcess(model, this.timeline, changed));
    }
    this.scheduler = options.plugin.createScheduler(options.config, this);
  }

  /** Hands an event to the scheduler, after those that are waiting. */
  post(event: (scheduler: RequestScheduler) => void): void {
    this.events.push(() => event(this.scheduler));
  }

  /** Runs until nothing is left to happen. @throws AssertionError when that takes too long. */
  run(): void {
    let steps = 0;
    do {
      this.pump();
      steps += 1;
      assert.ok(steps < 100_000, 'the scheduler keeps the world busy for ever');
    } while (this.timeline.step());
  }

  /** The server of this model ends by itself. */
  crash(model: string): void {
    this.processes.get(model)?.crash();
  }

  /** Unloads these models, as the router does. */
  unload(models: readonly string[]): void {
    this.post((scheduler) => {
      if (this.isDown) return;
      this.putOff.push(models);
      if (scheduler.unload(models) !== 'later') this.resumeUnload();
    });
  }

  /** Shuts down: everybody who waits must be answered at once. */
  shutDown(): void {
    this.post((scheduler) => {
      this.isDown = true;
      scheduler.shutdown();
      assert.deepEqual(this.clients.waiting(), [], 'I27: shutdown leaves nobody waiting');
      for (const process of this.processes.values()) process.stop(() => {});
    });
  }

  nowMs(): number {
    return this.timeline.nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.timeline.after(delayMs, () => this.post(callback));
  }

  state(model: string): ModelState {
    return this.process(model).state;
  }

  resident(): readonly string[] {
    const all = [...this.processes].filter(([, { state }]) => state !== 'stopped');
    return all.map(([model]) => model).toSorted(compareIds);
  }

  statistics(): ModelStatistics {
    return { loadMs: null, stopMs: null, serviceMs: null };
  }

  plan(target: string, resident: readonly string[]): Plan {
    const sorted = resident.toSorted(compareIds);
    assert.deepEqual(resident, sorted, 'plan() wants the resident models in byte order');
    const inTheWay = (model: string): boolean =>
      model !== target && this.options.conflict(target, model);
    return { evict: resident.filter(inTheWay) };
  }

  startSwap(order: SwapOrder): void {
    const { id, target, evict } = order;
    this.mustBeInEvent('startSwap');
    assert.ok(!this.isDown, 'I27: no swap begins after shutdown');
    assert.ok(id > this.lastSwapId, 'swap numbers increase');
    this.lastSwapId = id;
    assert.ok(!evict.includes(target), 'a swap does not evict its target');
    for (const { order: other } of this.swaps.values()) {
      assert.notEqual(other.target, target, 'I11: one active swap per target');
      assert.ok(!evict.includes(other.target), 'I12: no swap evicts the target of another');
      assert.ok(!other.evict.includes(target), 'I12: no target is a victim of another swap');
    }
    for (const victim of evict) {
      assert.equal(this.clients.inFlight(victim), 0, `I8: ${victim} is evicted while it is busy`);
    }
    const swap: RunningSwap = { order, start: null };
    this.swaps.set(id, swap);
    this.stopAll(evict, () => this.load(swap));
  }

  cancelSwap(swapId: number): void {
    this.mustBeInEvent('cancelSwap');
    const swap = this.swaps.get(swapId);
    if (!swap) return;
    this.swaps.delete(swapId);
    const process = this.process(swap.order.target);
    if (swap.start) process.withdraw(swap.start);
    if (swap.start && process.state === 'starting') process.stop(() => {});
  }

  grant(request: ScheduledRequest): boolean {
    const { model } = request;
    this.mustBeInEvent('grant');
    assert.ok(!this.isDown, 'I27: nothing is granted after shutdown');
    assert.equal(this.state(model), 'ready', `I10: ${model} is not ready when it is granted`);
    const evicting = [...this.swaps.values()].some(({ order }) => order.evict.includes(model));
    assert.ok(!evicting, `I9: ${model} is granted while a swap evicts it`);
    assert.ok(!this.doomed.includes(model), `I9: ${model} is granted although its stop is ordered`);
    const serviceMs = this.clients.grant(request);
    if (serviceMs === null) return false;
    this.timeline.after(serviceMs, () => this.finish(request));
    return true;
  }

  reject(request: ScheduledRequest, rejection: Rejection): void {
    this.mustBeInEvent('reject');
    this.clients.reject(request, rejection);
  }

  fail(request: ScheduledRequest, failure: Failure): void {
    this.mustBeInEvent('fail');
    this.clients.fail(request, failure);
  }

  resumeUnload(): void {
    const models = this.putOff.shift();
    assert.ok(models, 'resumeUnload() without an unload that was put off');
    const swaps = [...this.swaps.values()].map(({ order }) => order);
    this.mustBeGivenUp.push(...swaps.filter(({ target }) => models.includes(target)));
    this.stopAll(models, () => {
      if (!this.isDown) this.post((scheduler) => scheduler.unloadDone(models));
    });
  }

  queuePositions(positions: ReadonlyMap<number, number>): void {
    this.mustBeInEvent('queuePositions');
    const sorted = [...positions.values()].toSorted((a, b) => a - b);
    const wanted = sorted.map((_, index) => index + 1);
    assert.deepEqual(sorted, wanted, 'queue positions count from 1');
  }

  private pump(): void {
    for (let event = this.events.shift(); event; event = this.events.shift()) {
      this.isInEvent = true;
      event();
      this.isInEvent = false;
      const kept = this.mustBeGivenUp.splice(0).filter(({ id }) => this.swaps.has(id));
      assert.deepEqual(kept, [], 'I16: an unload gives up the swaps of its targets');
      this.clients.compare(this.scheduler.snapshot());
      this.checkResidents();
    }
  }

  /** I15: what stays resident is allowed together. */
  private checkResidents(): void {
    const swaps = [...this.swaps.values()].map(({ order }) => order);
    const evicted = new Set(swaps.flatMap(({ evict }) => evict));
    const models = new Set([...this.resident(), ...swaps.map(({ target }) => target)]);
    const staying = [...models].filter((model) => !evicted.has(model) && !this.isEnding(model));
    for (const model of staying) {
      const clash = staying.find((other) => other !== model && this.options.conflict(model, other));
      assert.equal(clash, undefined, `I15: ${model} and ${clash} are resident together`);
    }
  }

  private isEnding(model: string): boolean {
    if ([...this.swaps.values()].some(({ order }) => order.target === model)) return false;
    const { state } = this.process(model);
    return state === 'stopping' || state === 'starting' || this.doomed.includes(model);
  }

  private load(swap: RunningSwap): void {
    if (!this.swaps.has(swap.order.id)) return;
    swap.start = (error) => {
      this.post((scheduler) => {
        if (!this.swaps.delete(swap.order.id)) return;
        scheduler.swapDone(swap.order.id, error ? { ok: false, error } : { ok: true });
      });
    };
    this.process(swap.order.target).ensureReady(swap.start);
  }

  private finish(request: ScheduledRequest): void {
    if (!this.clients.finish(request)) return;
    this.post((scheduler) => scheduler.serveDone(request));
  }

  private changed(model: string, from: ModelState, to: ModelState): void {
    this.post((scheduler) => scheduler.processChanged(model, from, to));
    if (to === 'stopped') for (const request of this.clients.served(model)) this.finish(request);
  }

  private stopAll(models: readonly string[], done: () => void): void {
    let left = models.length + 1;
    const stopped = (): void => {
      left -= 1;
      if (left === 0) done();
    };
    for (const model of models) {
      this.doomed.push(model);
      const delayMs = this.options.random.integer(0, 2);
      this.timeline.after(delayMs, () => {
        this.process(model).stop(() => {
          this.doomed.splice(this.doomed.indexOf(model), 1);
          stopped();
        });
      });
    }
    stopped();
  }

  private process(model: string): WorldProcess {
    const process = this.processes.get(model);
    assert.ok(process, `the scheduler asks for a model that does not exist: ${model}`);
    return process;
  }

  private mustBeInEvent(effect: string): void {
    assert.ok(this.isInEvent, `${effect}() must be called within an event`);
  }
}
