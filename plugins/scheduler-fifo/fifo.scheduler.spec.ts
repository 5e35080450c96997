import { describe, expect, it } from 'vitest';
import {
  Failure,
  ModelState,
  Plan,
  readPluginMetadata,
  RequestScheduler,
  ScheduledRequest,
  SchedulerEffects,
  SchedulerModel,
} from '#lib/plugin-api';
import { FifoSchedulerPlugin } from './fifo-scheduler.plugin.js';

/** Effects that write down what they are asked for; the planner lets one model run at a time. */
class RecordedEffects implements SchedulerEffects {
  readonly asked: string[] = [];
  readonly states = new Map<string, ModelState>();
  readonly gone = new Set<number>();
  plans = 0;

  nowMs(): number {
    return 0;
  }
  after(): never {
    throw new Error('fifo needs no timers');
  }
  statistics(): never {
    throw new Error('fifo needs no statistics');
  }
  state(model: string): ModelState {
    return this.states.get(model) ?? 'stopped';
  }
  resident(): readonly string[] {
    return [...this.states.keys()].filter((model) => this.state(model) !== 'stopped').toSorted();
  }
  plan(target: string, resident: readonly string[]): Plan {
    this.plans++;
    return { evict: resident.filter((model) => model !== target) };
  }
  startSwap({ id, target, evict }: { id: number; target: string; evict: readonly string[] }): void {
    this.asked.push(`swap ${id} ${target}<-${evict.join(',')}`);
  }
  cancelSwap(swapId: number): void {
    this.asked.push(`cancel ${swapId}`);
  }
  grant({ id }: ScheduledRequest): boolean {
    if (this.gone.has(id)) return false;
    this.asked.push(`grant ${id}`);
    return true;
  }
  reject({ id }: ScheduledRequest, rejection: string): void {
    this.asked.push(`reject ${id} ${rejection}`);
  }
  fail({ id }: ScheduledRequest, failure: Failure): void {
    this.asked.push(`fail ${id} ${failure.kind}`);
  }
  resumeUnload(): void {
    this.asked.push('resume unload');
  }
  queuePositions(positions: ReadonlyMap<number, number>): void {
    const text = [...positions].map(([id, position]) => `${id}:${position}`).join(' ');
    this.asked.push(`positions ${text}`.trimEnd());
  }
}

const usual: SchedulerModel = { priority: 0, concurrencyLimit: 10, queueLimit: null };

class Bench {
  readonly effects = new RecordedEffects();
  readonly scheduler: RequestScheduler;
  private readonly requests = new Map<number, ScheduledRequest>();

  constructor(models: Record<string, Partial<SchedulerModel>>, ready: readonly string[] = []) {
    const entries = Object.entries(models).map(
      ([id, model]) => [id, { ...usual, ...model }] as const,
    );
    for (const model of ready) this.effects.states.set(model, 'ready');
    const config = { models: new Map(entries), settings: null };
    this.scheduler = new FifoSchedulerPlugin().createScheduler(config, this.effects);
  }

  request(id: number, model: string): void {
    const request = { id, model, arrivedMs: 0 };
    this.requests.set(id, request);
    this.scheduler.request(request);
  }

  done(id: number): void {
    this.scheduler.serveDone(this.requests.get(id)!);
  }

  /** What has been asked for since the last call. */
  asked(): string[] {
    return this.effects.asked.splice(0);
  }
}

describe('fifo', () => {
  it('is registered as the scheduler called fifo', () => {
    const metadata = { kind: 'scheduler', name: 'fifo' };
    expect(readPluginMetadata(FifoSchedulerPlugin)).toMatchObject(metadata);
  });

  it('grants a ready model at once and asks for a swap otherwise', () => {
    const bench = new Bench({ a: {}, b: {} }, ['a']);
    bench.request(1, 'a');
    expect(bench.asked()).toEqual(['grant 1']);
    bench.done(1);
    bench.request(2, 'b');
    expect(bench.asked()).toEqual(['swap 1 b<-a']);
  });

  it('joins the swap of the same model without asking the planner', () => {
    const bench = new Bench({ a: {} });
    bench.request(1, 'a');
    const { plans } = bench.effects;
    bench.request(2, 'a');
    expect(bench.effects.plans).toBe(plans);
    bench.effects.states.set('a', 'ready');
    bench.asked();
    bench.scheduler.swapDone(1, { ok: true });
    expect(bench.asked()).toEqual(['grant 1', 'grant 2']);
  });

  it('grants waiters in the order in which they joined, whatever their numbers', () => {
    const bench = new Bench({ a: {}, b: {} }, ['b']);
    bench.request(1, 'b');
    bench.request(2, 'a');
    bench.done(1);
    bench.request(3, 'a');
    bench.asked();
    bench.effects.states.set('a', 'ready');
    bench.scheduler.swapDone(1, { ok: true });
    expect(bench.asked()).toEqual(['grant 2', 'grant 3']);
  });

  it('ignores the outcome of a swap that it has given up', () => {
    const bench = new Bench({ a: {} });
    bench.request(1, 'a');
    bench.scheduler.unload(['a']);
    bench.scheduler.unloadDone(['a']);
    bench.request(2, 'a');
    expect(bench.asked()).toEqual(['swap 1 a<-', 'cancel 1', 'fail 1 unloaded', 'swap 2 a<-']);
    bench.scheduler.swapDone(1, { ok: false, error: new Error('late') });
    expect(bench.asked()).toEqual([]);
    expect(bench.scheduler.snapshot().swaps).toHaveLength(1);
  });

  it('frees the slot of a waiter whose client is gone at the grant', () => {
    const bench = new Bench({ a: { concurrencyLimit: 1 } });
    bench.request(1, 'a');
    bench.effects.states.set('a', 'ready');
    bench.effects.gone.add(1);
    bench.scheduler.swapDone(1, { ok: true });
    expect(bench.scheduler.snapshot().reserved.size).toBe(0);
    bench.request(2, 'a');
    expect(bench.asked()).toEqual(['swap 1 a<-', 'grant 2']);
  });

  it('tells positions after an insert, a cancel and a drain', () => {
    const bench = new Bench({ a: {}, b: {}, c: { priority: 1 } }, ['a']);
    bench.request(1, 'a');
    bench.request(2, 'b');
    bench.request(3, 'c');
    expect(bench.asked()).toEqual(['grant 1', 'positions 2:1', 'positions 3:1 2:2']);
    bench.scheduler.cancel(3);
    bench.scheduler.cancel(99);
    expect(bench.asked()).toEqual(['positions 2:1']);
    bench.done(1);
    expect(bench.asked()).toEqual(['swap 1 b<-a', 'positions']);
  });

  it('examines the queue at a completion only when the model is idle', () => {
    const bench = new Bench({ a: {}, b: {} }, ['a']);
    for (const id of [1, 2]) bench.request(id, 'a');
    bench.request(3, 'b');
    bench.asked();
    bench.done(1);
    expect(bench.asked()).toEqual([]);
    bench.done(2);
    expect(bench.asked()).toEqual(['swap 1 b<-a', 'positions']);
  });

  it('holds everything back during an unload and takes it in order afterwards', () => {
    const bench = new Bench({ a: {}, b: {}, c: {} }, ['a']);
    expect(bench.scheduler.unload(['a'])).toBeUndefined();
    bench.request(1, 'b');
    bench.request(2, 'c');
    bench.scheduler.cancel(2);
    expect(bench.scheduler.unload(['b'])).toBe('later');
    bench.request(3, 'c');
    expect(bench.asked()).toEqual([]);
    bench.effects.states.set('a', 'stopped');
    bench.scheduler.unloadDone(['a']);
    const begun = ['swap 1 b<-', 'resume unload', 'cancel 1', 'fail 1 unloaded'];
    expect(bench.asked()).toEqual(begun);
    bench.scheduler.unloadDone(['b']);
    expect(bench.asked()).toEqual(['swap 2 c<-']);
  });

  it('answers everybody at shutdown, also who is held back, and grants nothing afterwards', () => {
    const bench = new Bench({ a: {}, b: {} }, ['a']);
    bench.request(1, 'a');
    bench.request(2, 'b');
    bench.scheduler.unload(['a']);
    bench.request(3, 'b');
    bench.asked();
    bench.scheduler.shutdown();
    expect(bench.asked()).toEqual(['fail 2 shutting-down', 'fail 3 shutting-down']);
    bench.scheduler.unloadDone(['a']);
    bench.done(1);
    bench.request(4, 'a');
    expect(bench.asked()).toEqual(['fail 4 shutting-down']);
    expect(bench.scheduler.snapshot().reserved.size).toBe(0);
  });

  it('complains loudly about a completion that never began', () => {
    const bench = new Bench({ a: {} }, ['a']);
    const never = { id: 1, model: 'a', arrivedMs: 0 };
    expect(() => bench.scheduler.serveDone(never)).toThrow('nothing is taken for model a');
  });
});
