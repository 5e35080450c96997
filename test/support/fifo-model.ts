import { SimulationResult, Trace, TraceInput, TraceOutcome } from '#lib/router';
import { collide } from './trace-collision.js';
import { TraceLoop } from './trace-loop.js';
import { TraceProcesses } from './trace-processes.js';
import { TraceQueue, TraceRequest as Request } from './trace-queue.js';
import { summaryOf } from './trace-summary.js';
import { TraceTimeline } from './trace-timeline.js';

interface Flight {
  readonly request: Request;
  readonly granted: number;
  over: boolean;
}

interface Resolution {
  readonly ev: string;
  readonly result: TraceOutcome['result'];
  readonly reason?: string;
  readonly granted?: number;
}

interface Swap {
  readonly target: string;
  readonly evict: readonly string[];
  waiters: Request[];
  isForgotten: boolean;
  /** Waits for the start, or for the end of a stop before it. */
  tell: (failure: string | null) => void;
}

/** Which models must go, as a test says it. */
export type ModelPlanner = (target: string, live: readonly string[]) => readonly string[];

/**
 * The rules of `fifo` and of the world of a trace once more, written down as plainly as they are
 * stated and without regard to speed; whatever differs from the simulator is a mistake of one of them.
 */
export class FifoModel {
  isDown = false;
  private readonly timeline = new TraceTimeline();
  private readonly processes: TraceProcesses;
  private readonly outcomes: Record<string, TraceOutcome> = {};
  private swaps: Swap[] = [];
  private readonly queue: TraceQueue;
  private readonly flying: Flight[] = [];
  private readonly inFlight = new Map<string, number>();
  private readonly reserved = new Map<string, number>();
  private readonly loop = new TraceLoop();

  constructor(
    private readonly trace: Trace,
    private readonly planner: ModelPlanner,
  ) {
    this.queue = new TraceQueue(trace);
    this.processes = new TraceProcesses(trace, this.timeline, this);
  }

  run(): SimulationResult {
    const { id, inputs } = this.trace;
    for (const input of inputs) this.schedule(input);
    this.timeline.runUntil(Math.max(0, ...inputs.map(({ at }) => at)) + 3_000_000);
    const { entries } = this.timeline;
    const states = [...this.processes.all].map(([model, { state }]) => [model, state]);
    return {
      id,
      timeline: entries,
      outcomes: this.outcomes,
      final: Object.fromEntries(states) as SimulationResult['final'],
      summary: summaryOf(entries, this.outcomes),
    };
  }

  isBusy(model: string): boolean {
    return this.flying.some(({ request, over }) => !over && request.model === model);
  }

  gone(model: string, reason: string): void {
    for (const flight of this.flying.filter(({ request }) => request.model === model)) {
      this.land(flight, 'failed', reason);
    }
  }

  private schedule(input: TraceInput): void {
    if (input.do === 'request') {
      this.timeline.at(input.at, 'input', () => this.arrive(input));
      if (input.cancelAt !== undefined)
        this.timeline.at(input.cancelAt, 'input', () => this.leave(input));
    } else if (input.do === 'crash')
      this.timeline.at(input.at, 'input', () => this.processes.crash(input.model));
    else if (input.do === 'unload') {
      const named = input.models?.length ? input.models : [...this.processes.all.keys()].toSorted();
      this.timeline.at(
        input.at,
        'input',
        () => !this.isDown && this.loop.post({ run: () => this.unload(named) }),
      );
    } else this.timeline.at(input.at, 'input', () => this.shutDown());
  }

  private arrive(request: Request): void {
    if (this.isDown)
      return this.resolve(request, { ev: 'error', result: 'error', reason: 'shutting down' });
    this.loop.post({ request, run: () => this.admit(request) });
  }

  private leave(request: Request): void {
    const granted = this.flying.some((flight) => flight.request === request);
    if (this.outcomes[request.id] || granted) return;
    this.resolve(request, { ev: 'cancel', result: 'cancelled', reason: 'client' });
    if (this.loop.recall(request)) return;
    this.loop.post({ run: () => this.forget(request) });
  }

  private resolve(request: Request, { ev, result, reason, granted }: Resolution): void {
    const { id, model, at } = request;
    const how = { ...(reason && { reason }) };
    const wait = granted === undefined ? {} : { granted, waitMs: granted - at };
    this.outcomes[id] = { model, arrive: at, result, ...how, ...wait, end: this.timeline.t };
    this.timeline.log(ev, model, { req: id, ...(ev === 'cancel' ? {} : how) });
  }

  private add(counts: Map<string, number>, model: string, change: number): void {
    counts.set(model, (counts.get(model) ?? 0) + change);
  }

  private admit(request: Request): void {
    const { model } = request;
    if (this.isDown)
      return this.resolve(request, { ev: 'error', result: 'error', reason: 'shutting down' });
    if (!this.processes.all.has(model))
      return this.resolve(request, { ev: 'reject', result: 'rejected', reason: '404' });
    const limit = this.trace.config.models[model]?.concurrencyLimit ?? 10;
    if ((this.reserved.get(model) ?? 0) >= limit) {
      return this.resolve(request, { ev: 'reject', result: 'rejected', reason: '429' });
    }
    this.add(this.reserved, model, 1);
    if (this.decide(request)) return;
    this.queue.insert(request);
  }

  /** Steps 3 to 8; false: it has to wait in the queue. */
  private decide(request: Request): boolean {
    const { model } = request;
    const own = this.swaps.find(({ target }) => target === model);
    if (own) {
      own.waiters.push(request);
      return true;
    }
    const live = [...this.processes.all].filter(([, { state }]) => !/stopped|shutdown/.test(state));
    const targets = this.swaps.map(({ target }) => target);
    const all = [...new Set([...live.map(([id]) => id), ...targets])].toSorted();
    const evict = this.planner(model, all);
    const collides = this.swaps.some((swap) => collide(swap, { target: model, evict }));
    if (this.processes.proc(model).state === 'ready' && evict.length === 0 && !collides) {
      this.grant(request);
      return true;
    }
    if (collides || evict.some((victim) => (this.inFlight.get(victim) ?? 0) > 0)) return false;
    this.swap({ target: model, evict, waiters: [request], isForgotten: false, tell: () => {} });
    return true;
  }

  private swap(swap: Swap): void {
    this.swaps.push(swap);
    this.timeline.log('swap', swap.target);
    let left = swap.evict.length;
    const load = (): void => {
      if (swap.isForgotten) return;
      swap.tell = (failure) => this.loop.post({ run: () => this.endSwap(swap, failure) });
      this.processes.ensureReady(swap.target, swap.tell);
    };
    if (left === 0) return load();
    const done = (): void => void (--left === 0 && load());
    for (const victim of swap.evict)
      this.processes.stop(victim, { reason: 'swap', grace: this.processes.timeout, done });
  }

  private endSwap(swap: Swap, failure: string | null): void {
    if (swap.isForgotten) return;
    this.swaps = this.swaps.filter((other) => other !== swap);
    for (const waiter of swap.waiters) {
      if (failure === null) this.grant(waiter);
      else this.error(waiter, failure);
    }
    this.drain();
  }

  private grant(request: Request): void {
    if (this.outcomes[request.id]) return this.add(this.reserved, request.model, -1);
    this.timeline.log('grant', request.model, { req: request.id });
    this.add(this.inFlight, request.model, 1);
    const flight = { request, granted: this.timeline.t, over: false };
    this.flying.push(flight);
    // A blocked loop may have missed that the process has died since its swap ended.
    if (!/ready|stopping/.test(this.processes.proc(request.model).state)) {
      return this.land(flight, 'failed', 'not ready');
    }
    this.timeline.at(this.timeline.t + request.serviceMs, 'service', () =>
      this.land(flight, 'served'),
    );
  }

  private land(flight: Flight, result: 'served' | 'failed', reason?: string): void {
    if (flight.over) return;
    flight.over = true;
    const { request, granted } = flight;
    this.processes.proc(request.model).lastUsed = this.timeline.t;
    const ev = result === 'served' ? 'done' : 'failed';
    this.resolve(request, { ev, result, reason, granted });
    this.loop.post({ run: () => this.serveDone(request.model) });
  }

  private serveDone(model: string): void {
    this.add(this.inFlight, model, -1);
    this.add(this.reserved, model, -1);
    if (this.inFlight.get(model) === 0 && !this.isDown) this.drain();
  }

  private drain(): void {
    for (const request of this.queue.list()) {
      this.queue.remove([request]);
      if (!this.decide(request)) this.queue.putBack(request);
    }
  }

  private forget(request: Request): void {
    const waits = [this.queue.list(), ...this.swaps.map(({ waiters }) => waiters)];
    if (waits.some((list) => list.includes(request))) this.add(this.reserved, request.model, -1);
    this.queue.remove([request]);
    for (const swap of this.swaps) swap.waiters = swap.waiters.filter((one) => one !== request);
  }

  private error(request: Request, reason: string): void {
    this.add(this.reserved, request.model, -1);
    if (!this.outcomes[request.id]) this.resolve(request, { ev: 'error', result: 'error', reason });
  }

  private unload(models: readonly string[]): void {
    if (this.isDown) return;
    for (const model of models) {
      for (const swap of this.swaps.filter(({ target }) => target === model)) {
        this.giveUp(swap);
        for (const waiter of swap.waiters) this.error(waiter, 'model unloaded');
      }
      this.swaps = this.swaps.filter(({ target }) => target !== model);
    }
    const dropped = this.queue.list().filter(({ model }) => models.includes(model));
    this.queue.remove(dropped);
    for (const request of dropped) this.error(request, 'model unloaded');
    this.loop.block();
    let left = models.length;
    const done = (): void => {
      if (--left > 0) return;
      // Within the handler of the unload: nothing else is handled before its end.
      this.loop.unblock(() => !this.isDown && this.drain());
    };
    for (const model of models) {
      this.processes.stop(model, {
        reason: 'unload',
        grace: this.processes.unloadTimeout(model),
        done,
      });
    }
  }

  /** Where the reference lets a forgotten swap go on (t35, t36), nothing follows from it here. */
  private giveUp(swap: Swap): void {
    swap.isForgotten = true;
    const proc = this.processes.proc(swap.target);
    proc.starters = proc.starters.filter((tell) => tell !== swap.tell);
    proc.startWhenGone = proc.startWhenGone.filter((tell) => tell !== swap.tell);
  }

  private shutDown(): void {
    if (this.isDown) return;
    this.isDown = true;
    for (const swap of this.swaps) this.giveUp(swap);
    const waiting = [...this.swaps.flatMap(({ waiters }) => waiters), ...this.queue.list()];
    for (const request of waiting) this.error(request, 'shutting down');
    this.swaps = [];
    this.queue.remove(this.queue.list());
    this.loop.unblock(() => {});
    let left = 1;
    const done = (): void => {
      if (--left > 0) return;
      for (const proc of this.processes.all.values()) proc.state = 'shutdown';
    };
    for (const [model, { state }] of this.processes.all) {
      if (state === 'stopped') continue;
      left += 1;
      this.processes.stop(model, { reason: 'shutdown', grace: 30_000, done });
    }
    done();
  }
}
