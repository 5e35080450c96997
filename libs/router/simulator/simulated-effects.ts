import {
  DeviceMemory,
  Failure,
  ModelState,
  ModelStatistics,
  Plan,
  Planner,
  PlannerPlugin,
  PlanQuestion,
  Rejection,
  RequestScheduler,
  ScheduledRequest,
  SchedulerEffects,
  SwapOrder,
} from '#lib/plugin-api';
import { DecayedAverage } from '../decayed-average.js';
import { EventLine } from './event-line.js';
import { StartListener } from './simulated-process.js';
import { SimulatedWorld } from './simulated-world.js';
import { Trace } from './trace.interface.js';
import { TracedRequest, TraceRecorder } from './trace-recorder.js';

/** What the effects act on. */
export interface SimulatedEffectsParts {
  readonly trace: Trace;
  readonly line: EventLine;
  readonly recorder: TraceRecorder;
  readonly world: SimulatedWorld;
  readonly plannerPlugin: PlannerPlugin;
  readonly plannerSettings: unknown;
  /** Hands an event to the loop. */
  readonly post: (event: (scheduler: RequestScheduler) => void) => void;
}

interface RunningSwap {
  readonly order: SwapOrder;
  cancelled: boolean;
  start: StartListener | null;
}

const DEVICE = 'gpu0';
const MEBIBYTE = 1024 * 1024;

/** What a scheduler can do in a simulation: swaps, grants and answers, all in virtual time. */
export class SimulatedEffects implements SchedulerEffects {
  private readonly planner: Planner;
  private readonly swaps = new Map<number, RunningSwap>();
  private readonly served = new Map<string, Map<number, () => void>>();
  private readonly service = new Map<string, DecayedAverage>();
  private readonly putOff: (readonly string[])[] = [];
  private unloading: readonly string[] = [];
  private waiting = new Map<string, number>();
  private down = false;

  constructor(private readonly parts: SimulatedEffectsParts) {
    const models = parts.world.models();
    this.planner = parts.plannerPlugin.createPlanner({
      models: models.map((id) => ({ id, memory: this.memory(id) })),
      settings: parts.plannerSettings,
      resolve: (name) => (models.includes(name) ? name : null),
    });
  }

  nowMs(): number {
    return this.parts.line.nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.parts.line.after(delayMs, 'tick', () => this.parts.post(callback));
  }

  state(model: string): ModelState {
    return this.parts.world.process(model).state;
  }

  resident(): readonly string[] {
    return this.parts.world.resident();
  }

  statistics(model: string): ModelStatistics {
    const process = this.parts.world.process(model);
    const serviceMs = this.service.get(model)?.value ?? null;
    return { loadMs: process.loadMs, stopMs: process.stopMs, serviceMs };
  }

  plan(target: string, resident: readonly string[]): Plan {
    return this.planner.plan(this.question(target, resident));
  }

  startSwap(order: SwapOrder, plan: Plan): void {
    const { recorder, world } = this.parts;
    const { target, evict } = order;
    recorder.log({ ev: 'swap', model: target, evict });
    this.planner.swapStarted?.(this.question(target, world.resident()), plan);
    const swap: RunningSwap = { order, cancelled: false, start: null };
    this.swaps.set(order.id, swap);
    let left = evict.length + 1;
    const stopped = (): void => {
      if (--left === 0) this.load(swap);
    };
    const how = { reason: 'swap', graceMs: world.evictionGraceMs };
    for (const victim of evict) world.process(victim).stop(how, stopped);
    stopped();
  }

  cancelSwap(swapId: number): void {
    const swap = this.swaps.get(swapId);
    if (!swap) return;
    this.swaps.delete(swapId);
    swap.cancelled = true;
    if (!swap.start) return;
    const { target } = swap.order;
    const process = this.parts.world.process(target);
    process.withdraw(swap.start);
    if (this.down || this.unloading.includes(target) || process.state !== 'starting') return;
    process.stop({ reason: 'cancel', graceMs: this.parts.world.unloadTimeoutMs(target) }, () => {});
  }

  grant({ id }: ScheduledRequest): boolean {
    const { recorder, world, line } = this.parts;
    const request = recorder.request(id);
    if (request.outcome) return false;
    recorder.granted(request);
    world.granted(request.model);
    const { state } = world.process(request.model);
    if (state !== 'ready' && state !== 'stopping') {
      this.finish(request, { ev: 'failed', result: 'failed', reason: 'not ready' });
      return true;
    }
    const done = { ev: 'done', result: 'served' } as const;
    const cancel = line.after(request.serviceMs, 'service', () => this.finish(request, done));
    const served = this.served.get(request.model) ?? new Map<number, () => void>();
    this.served.set(request.model, served.set(id, cancel));
    return true;
  }

  reject({ id }: ScheduledRequest, rejection: Rejection): void {
    const request = this.parts.recorder.request(id);
    if (request.outcome) return;
    const reason = rejection === 'limit' ? '429' : '404';
    this.parts.recorder.ended(request, { ev: 'reject', result: 'rejected', reason });
  }

  fail({ id }: ScheduledRequest, failure: Failure): void {
    const request = this.parts.recorder.request(id);
    if (request.outcome) return;
    const reason = reasonOf(failure);
    this.parts.recorder.ended(request, { ev: 'error', result: 'error', reason });
  }

  resumeUnload(): void {
    const targets = this.putOff.shift();
    if (targets) this.stopForUnload(targets);
  }

  /** Counts what waits, for the planner; the positions themselves interest nobody here. */
  queuePositions(positions: ReadonlyMap<number, number>): void {
    this.waiting = new Map();
    for (const id of positions.keys()) {
      const { model } = this.parts.recorder.request(id);
      this.waiting.set(model, (this.waiting.get(model) ?? 0) + 1);
    }
  }

  /** The event `unload` of the router's loop. */
  unload(targets: readonly string[], scheduler: RequestScheduler): void {
    if (this.down) return;
    this.unloading = targets;
    this.putOff.push(targets);
    if (scheduler.unload(targets) === 'later') this.unloading = [];
    else this.resumeUnload();
  }

  /** From now on swaps that are given up leave their target to the shutdown. */
  shutDown(): void {
    this.down = true;
  }

  /** Number of requests that the model's process is serving. */
  serving(model: string): number {
    return this.served.get(model)?.size ?? 0;
  }

  /** The child has exited: what it was serving fails. */
  failServed(model: string, reason: string): void {
    const served = this.served.get(model);
    if (!served) return;
    for (const [id, cancel] of served) {
      cancel();
      const request = this.parts.recorder.request(id);
      this.finish(request, { ev: 'failed', result: 'failed', reason });
    }
  }

  private stopForUnload(targets: readonly string[]): void {
    const { recorder, world, post } = this.parts;
    this.unloading = targets;
    recorder.log({ ev: 'unload', models: targets });
    let left = targets.length + 1;
    const stopped = (): void => {
      if (--left > 0) return;
      recorder.log({ ev: 'unloadDone' });
      this.unloading = [];
      post((scheduler) => scheduler.unloadDone(targets));
    };
    for (const model of targets) {
      const how = { reason: 'unload', graceMs: world.unloadTimeoutMs(model) };
      world.process(model).stop(how, stopped);
    }
    stopped();
  }

  private load(swap: RunningSwap): void {
    if (swap.cancelled) return;
    swap.start = (failure) => {
      if (!swap.cancelled) this.parts.post((scheduler) => this.endSwap(swap, failure, scheduler));
    };
    this.parts.world.process(swap.order.target).ensureReady(swap.start);
  }

  private endSwap(swap: RunningSwap, failure: string | null, scheduler: RequestScheduler): void {
    if (swap.cancelled) return;
    this.swaps.delete(swap.order.id);
    const ok = failure === null;
    this.parts.recorder.log({ ev: 'swapDone', model: swap.order.target, ok });
    const outcome = ok ? ({ ok } as const) : ({ ok, error: new Error(failure) } as const);
    scheduler.swapDone(swap.order.id, outcome);
  }

  private finish(
    request: TracedRequest,
    how: { ev: string; result: 'served' | 'failed'; reason?: string },
  ): void {
    const { number, model, arriveMs } = request;
    this.served.get(model)?.delete(number);
    this.parts.world.used(model);
    this.parts.recorder.ended(request, how);
    const average = this.service.get(model) ?? new DecayedAverage();
    this.service.set(model, average);
    if (how.result === 'served') average.add(request.serviceMs);
    const scheduled = { id: number, model, arrivedMs: arriveMs };
    this.parts.post((scheduler) => scheduler.serveDone(scheduled));
  }

  private question(target: string, resident: readonly string[]): PlanQuestion {
    return {
      target,
      nowMs: this.nowMs(),
      targetStatistics: this.statistics(target),
      targetMemory: this.memory(target),
      devices: this.devices(resident),
      resident: resident.map((model) => ({
        model,
        state: this.state(model),
        inFlight: this.serving(model),
        waiting: this.waiting.get(model) ?? 0,
        lastUsedMs: this.parts.world.lastUsedMs(model),
        recentUses: this.parts.world.recentUses(model),
        statistics: this.statistics(model),
        memory: this.memory(model),
      })),
    };
  }

  private memory(model: string): Record<string, number> | null {
    const mebibytes = this.parts.trace.hints?.vramMb?.[model];
    return mebibytes === undefined ? null : { [DEVICE]: mebibytes * MEBIBYTE };
  }

  private devices(resident: readonly string[]): DeviceMemory[] {
    const total = this.parts.trace.hints?.vramTotalMb;
    if (total === undefined) return [];
    const used = resident.reduce((sum, model) => sum + (this.memory(model)?.[DEVICE] ?? 0), 0);
    const totalBytes = total * MEBIBYTE;
    return [{ device: DEVICE, totalBytes, freeBytes: Math.max(0, totalBytes - used) }];
  }
}

function reasonOf(failure: Failure): string {
  if (failure.kind === 'unloaded') return 'model unloaded';
  return failure.kind === 'shutting-down' ? 'shutting down' : failure.error.message;
}
