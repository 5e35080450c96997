import { SimulationResult, TimelineEntry, Trace, TraceInput, TraceOutcome } from '#lib/router';

type Request = Extract<TraceInput, { do: 'request' }>;

/** Order within an instant: processes, ends of service, inputs, idle ticks. */
const PROCESS = 0;
const SERVICE = 1;
const INPUT = 2;
const TICK = 3;

interface Due {
  readonly t: number;
  readonly kind: number;
  readonly number: number;
  readonly run: () => void;
}

interface Proc {
  state: 'stopped' | 'starting' | 'ready' | 'stopping' | 'shutdown';
  dying: boolean;
  starts: number;
  /** Recognises events of an earlier life. */
  life: number;
  lastUsed: number;
  wakeWhenGone: (() => void)[];
  startWhenGone: ((failure: string | null) => void)[];
  starters: ((failure: string | null) => void)[];
  failure: string | null;
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
  private t = 0;
  private count = 0;
  private due: Due[] = [];
  private readonly timeline: TimelineEntry[] = [];
  private readonly outcomes: Record<string, TraceOutcome> = {};
  private readonly procs = new Map<string, Proc>();
  private swaps: Swap[] = [];
  private queue: Request[] = [];
  private readonly flying: { readonly request: Request; granted: number; over: boolean }[] = [];
  private readonly inFlight = new Map<string, number>();
  private readonly reserved = new Map<string, number>();
  private inbox: { readonly request?: Request; readonly run: () => void }[] = [];
  private isBlocked = false;
  private isHandling = false;
  private isDown = false;

  constructor(
    private readonly trace: Trace,
    private readonly planner: ModelPlanner,
  ) {}

  run(): SimulationResult {
    const { config, initial, inputs } = this.trace;
    for (const model of Object.keys(config.models)) {
      const nothing = { wakeWhenGone: [], startWhenGone: [], starters: [], failure: null };
      const proc: Proc = {
        state: 'stopped',
        dying: false,
        starts: 0,
        life: 0,
        lastUsed: 0,
        ...nothing,
      };
      this.procs.set(model, proc);
    }
    for (const model of initial?.ready ?? []) this.becomeReady(model);
    this.timeline.length = 0;
    for (const input of inputs) this.schedule(input);
    const horizon = Math.max(0, ...inputs.map(({ at }) => at)) + 3_000_000;
    for (let next = this.next(); next && next.t <= horizon; next = this.next()) {
      this.due = this.due.filter((one) => one !== next);
      this.t = next.t;
      next.run();
    }
    const final = Object.fromEntries([...this.procs].map(([model, { state }]) => [model, state]));
    return {
      id: this.trace.id,
      timeline: this.timeline,
      outcomes: this.outcomes,
      final,
      summary: this.summary(),
    };
  }

  private next(): Due | undefined {
    return this.due.toSorted((a, b) => a.t - b.t || a.kind - b.kind || a.number - b.number)[0];
  }

  private at(t: number, kind: number, run: () => void): void {
    this.due.push({ t, kind, number: this.count++, run });
  }

  private log(ev: string, model: string, more: Partial<TimelineEntry> = {}): void {
    this.timeline.push({ t: this.t, ev, model, ...more });
  }

  // The world

  private schedule(input: TraceInput): void {
    if (input.do === 'request') {
      this.at(input.at, INPUT, () => this.arrive(input));
      if (input.cancelAt !== undefined) this.at(input.cancelAt, INPUT, () => this.leave(input));
    } else if (input.do === 'crash') this.at(input.at, INPUT, () => this.crash(input.model));
    else if (input.do === 'unload') {
      const named = input.models?.length ? input.models : [...this.procs.keys()].toSorted();
      this.at(input.at, INPUT, () => !this.isDown && this.post({ run: () => this.unload(named) }));
    } else this.at(input.at, INPUT, () => this.shutDown());
  }

  private proc(model: string): Proc {
    return this.procs.get(model)!;
  }

  private later(model: string, delay: number, run: () => void): void {
    const { life } = this.proc(model);
    this.at(this.t + delay, PROCESS, () => this.proc(model).life === life && run());
  }

  private get timeout(): number {
    return this.trace.config.healthCheckTimeoutMs ?? 120_000;
  }

  private ensureReady(model: string, done: (failure: string | null) => void): void {
    const proc = this.proc(model);
    if (proc.state === 'ready') return done(null);
    if (proc.state === 'shutdown') return done('shutting down');
    if (proc.state !== 'stopped') return void proc.startWhenGone.push(done);
    proc.starters.push(done);
    this.start(model);
  }

  private start(model: string): void {
    const proc = this.proc(model);
    const { loadMs, stopMs, starts } = this.trace.world[model]!;
    proc.state = 'starting';
    proc.life += 1;
    this.log('starting', model);
    const outcome = starts?.[proc.starts] ?? 'ok';
    proc.starts += 1;
    const exit = outcome === 'ok' ? Infinity : Number(outcome.slice(5));
    if (exit <= loadMs && exit <= this.timeout) {
      return this.later(model, exit, () => this.failStart(model));
    }
    if (loadMs <= this.timeout) return this.later(model, loadMs, () => this.becomeReady(model));
    this.later(model, this.timeout, () => {
      this.log('startFailed', model, { reason: 'timeout' });
      proc.dying = true;
      proc.failure = 'start failed';
      this.later(model, Math.min(stopMs, 5000), () => this.killed(model));
    });
  }

  private failStart(model: string): void {
    this.log('startFailed', model, { reason: 'exited' });
    this.gone(model, 'upstream crashed', 'start failed');
  }

  private becomeReady(model: string): void {
    const proc = this.proc(model);
    proc.state = 'ready';
    proc.lastUsed = this.t;
    this.log('ready', model);
    const told = [...proc.starters.splice(0), ...proc.startWhenGone.splice(0)];
    const ttl = this.trace.config.models[model]?.ttlMs ?? 0;
    if (ttl > 0) this.at(this.t + 1000, TICK, () => this.tick(model, ttl));
    for (const tell of told) tell(null);
  }

  private tick(model: string, ttl: number): void {
    const proc = this.proc(model);
    if (proc.state !== 'ready') return;
    this.at(this.t + 1000, TICK, () => this.tick(model, ttl));
    const busy = this.flying.some(({ request, over }) => !over && request.model === model);
    if (busy || this.t - proc.lastUsed <= ttl) return;
    this.stop(model, { reason: 'ttl', grace: this.unloadTimeout(model), done: () => {} });
  }

  private unloadTimeout(model: string): number {
    return this.trace.config.models[model]?.unloadTimeoutMs ?? 10_000;
  }

  private stop(
    model: string,
    { reason, grace, done }: { reason: string; grace: number; done: () => void },
  ): void {
    const proc = this.proc(model);
    if (proc.state === 'stopped' || proc.state === 'shutdown') return done();
    proc.wakeWhenGone.push(done);
    if (proc.dying) return;
    const isStart = proc.state === 'starting';
    this.log(isStart ? 'aborting' : 'stopping', model, { reason });
    if (isStart) proc.failure = 'aborted';
    else proc.state = 'stopping';
    proc.dying = true;
    proc.life += 1;
    const { stopMs } = this.trace.world[model]!;
    this.later(model, Math.min(stopMs, isStart ? 5000 : grace), () => this.killed(model));
  }

  private killed(model: string): void {
    this.log('stopped', model);
    this.gone(model, 'upstream stopped', this.proc(model).failure);
  }

  private crash(model: string): void {
    const proc = this.procs.get(model);
    if (!proc || proc.state === 'stopped' || proc.state === 'shutdown') return;
    if (proc.dying) return this.killed(model);
    if (proc.state === 'starting') return this.failStart(model);
    this.log('crash', model);
    this.gone(model, 'upstream crashed', null);
  }

  private gone(model: string, reason: string, failure: string | null): void {
    const proc = this.proc(model);
    Object.assign(proc, { state: 'stopped', dying: false, failure: null });
    proc.life += 1;
    for (const flight of this.flying.filter(({ request }) => request.model === model)) {
      this.land(flight, 'failed', reason);
    }
    const [starters, stoppers] = [proc.starters.splice(0), proc.wakeWhenGone.splice(0)];
    for (const tell of starters) tell(failure);
    for (const tell of stoppers) tell();
    const again = proc.startWhenGone.splice(0);
    if (again.length === 0 || this.isDown) return;
    proc.starters.push(...again);
    this.start(model);
  }

  // The requests

  private arrive(request: Request): void {
    if (this.isDown) return this.resolve(request, 'error', 'error', 'shutting down');
    this.post({ request, run: () => this.admit(request) });
  }

  private leave(request: Request): void {
    const granted = this.flying.some((flight) => flight.request === request);
    if (this.outcomes[request.id] || granted) return;
    this.resolve(request, 'cancel', 'cancelled', 'client');
    if (this.inbox.some((letter) => letter.request === request)) {
      this.inbox = this.inbox.filter((letter) => letter.request !== request);
      return;
    }
    this.post({ run: () => this.forget(request) });
  }

  private resolve(
    request: Request,
    ev: string,
    result: TraceOutcome['result'],
    reason?: string,
    granted?: number,
  ): void {
    const { id, model, at } = request;
    const how = { ...(reason && { reason }) };
    const wait = granted === undefined ? {} : { granted, waitMs: granted - at };
    this.outcomes[id] = { model, arrive: at, result, ...how, ...wait, end: this.t };
    this.log(ev, model, { req: id, ...(ev === 'cancel' ? {} : how) });
  }

  private add(counts: Map<string, number>, model: string, change: number): void {
    counts.set(model, (counts.get(model) ?? 0) + change);
  }

  // The loop

  private post(letter: { readonly request?: Request; readonly run: () => void }): void {
    this.inbox.push(letter);
    this.handle();
  }

  /** One message after the other, each to its end; none while an unload blocks the loop. */
  private handle(): void {
    if (this.isHandling) return;
    this.isHandling = true;
    while (!this.isBlocked) {
      const letter = this.inbox.shift();
      if (!letter) break;
      letter.run();
    }
    this.isHandling = false;
  }

  private admit(request: Request): void {
    const { model } = request;
    if (this.isDown) return this.resolve(request, 'error', 'error', 'shutting down');
    if (!this.procs.has(model)) return this.resolve(request, 'reject', 'rejected', '404');
    const limit = this.trace.config.models[model]?.concurrencyLimit ?? 10;
    if ((this.reserved.get(model) ?? 0) >= limit) {
      return this.resolve(request, 'reject', 'rejected', '429');
    }
    this.add(this.reserved, model, 1);
    if (this.decide(request)) return;
    const priority = (one: Request): number => this.trace.config.priority?.[one.model] ?? 0;
    const behind = this.queue.findIndex((other) => priority(other) < priority(request));
    this.queue.splice(behind < 0 ? this.queue.length : behind, 0, request);
  }

  /** Steps 3 to 8; false: it has to wait in the queue. */
  private decide(request: Request): boolean {
    const { model } = request;
    const own = this.swaps.find(({ target }) => target === model);
    if (own) {
      own.waiters.push(request);
      return true;
    }
    const live = [...this.procs].filter(([, { state }]) => !/stopped|shutdown/.test(state));
    const targets = this.swaps.map(({ target }) => target);
    const all = [...new Set([...live.map(([id]) => id), ...targets])].toSorted();
    const evict = this.planner(model, all);
    const collides = this.swaps.some(
      (swap) =>
        evict.includes(swap.target) ||
        swap.evict.includes(model) ||
        swap.evict.some((other) => evict.includes(other)),
    );
    if (this.proc(model).state === 'ready' && evict.length === 0 && !collides) {
      this.grant(request);
      return true;
    }
    if (collides || evict.some((victim) => (this.inFlight.get(victim) ?? 0) > 0)) return false;
    this.swap({ target: model, evict, waiters: [request], isForgotten: false, tell: () => {} });
    return true;
  }

  private swap(swap: Swap): void {
    this.swaps.push(swap);
    this.log('swap', swap.target);
    let left = swap.evict.length;
    const load = (): void => {
      if (swap.isForgotten) return;
      swap.tell = (failure) => this.post({ run: () => this.endSwap(swap, failure) });
      this.ensureReady(swap.target, swap.tell);
    };
    if (left === 0) return load();
    const done = (): void => void (--left === 0 && load());
    for (const victim of swap.evict)
      this.stop(victim, { reason: 'swap', grace: this.timeout, done });
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
    this.log('grant', request.model, { req: request.id });
    this.add(this.inFlight, request.model, 1);
    const flight = { request, granted: this.t, over: false };
    this.flying.push(flight);
    // A blocked loop may have missed that the process has died since its swap ended.
    if (!/ready|stopping/.test(this.proc(request.model).state)) {
      return this.land(flight, 'failed', 'not ready');
    }
    this.at(this.t + request.serviceMs, SERVICE, () => this.land(flight, 'served'));
  }

  private land(
    flight: FifoModel['flying'][number],
    result: 'served' | 'failed',
    reason?: string,
  ): void {
    if (flight.over) return;
    flight.over = true;
    const { request, granted } = flight;
    this.proc(request.model).lastUsed = this.t;
    this.resolve(request, result === 'served' ? 'done' : 'failed', result, reason, granted);
    this.post({ run: () => this.serveDone(request.model) });
  }

  private serveDone(model: string): void {
    this.add(this.inFlight, model, -1);
    this.add(this.reserved, model, -1);
    if (this.inFlight.get(model) === 0 && !this.isDown) this.drain();
  }

  private drain(): void {
    for (const request of Array.from(this.queue)) {
      this.queue = this.queue.filter((other) => other !== request);
      const before = this.queue;
      if (this.decide(request)) continue;
      this.queue = [...this.drained(before, request)];
    }
  }

  /** Puts a request back to where it was. */
  private *drained(rest: readonly Request[], request: Request): Generator<Request> {
    const order = (one: Request): number => this.orderOf(one);
    let isPlaced = false;
    for (const one of rest) {
      if (!isPlaced && order(one) > order(request)) {
        isPlaced = true;
        yield request;
      }
      yield one;
    }
    if (!isPlaced) yield request;
  }

  /** Service order as one number: priority first, then arrival. */
  private orderOf(request: Request): number {
    const priority = this.trace.config.priority?.[request.model] ?? 0;
    return this.trace.inputs.indexOf(request) - priority * 1_000_000;
  }

  private forget(request: Request): void {
    const waits = [this.queue, ...this.swaps.map(({ waiters }) => waiters)];
    if (waits.some((list) => list.includes(request))) this.add(this.reserved, request.model, -1);
    this.queue = this.queue.filter((other) => other !== request);
    for (const swap of this.swaps) swap.waiters = swap.waiters.filter((one) => one !== request);
  }

  private error(request: Request, reason: string): void {
    this.add(this.reserved, request.model, -1);
    if (!this.outcomes[request.id]) this.resolve(request, 'error', 'error', reason);
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
    const dropped = this.queue.filter(({ model }) => models.includes(model));
    this.queue = this.queue.filter((request) => !dropped.includes(request));
    for (const request of dropped) this.error(request, 'model unloaded');
    this.isBlocked = true;
    let left = models.length;
    const done = (): void => {
      if (--left > 0) return;
      // Within the handler of the unload: nothing else is handled before its end.
      this.isBlocked = false;
      if (!this.isDown) this.drain();
      this.handle();
    };
    for (const model of models) {
      this.stop(model, { reason: 'unload', grace: this.unloadTimeout(model), done });
    }
  }

  /** Where the reference lets a forgotten swap go on (t35, t36), nothing follows from it here. */
  private giveUp(swap: Swap): void {
    swap.isForgotten = true;
    const proc = this.proc(swap.target);
    proc.starters = proc.starters.filter((tell) => tell !== swap.tell);
    proc.startWhenGone = proc.startWhenGone.filter((tell) => tell !== swap.tell);
  }

  private shutDown(): void {
    if (this.isDown) return;
    this.isDown = true;
    for (const swap of this.swaps) this.giveUp(swap);
    const waiting = [...this.swaps.flatMap(({ waiters }) => waiters), ...this.queue];
    for (const request of waiting) this.error(request, 'shutting down');
    this.swaps = [];
    this.queue = [];
    this.isBlocked = false;
    this.handle();
    let left = 1;
    const done = (): void => {
      if (--left > 0) return;
      for (const proc of this.procs.values()) proc.state = 'shutdown';
    };
    for (const [model, { state }] of this.procs) {
      if (state === 'stopped') continue;
      left += 1;
      this.stop(model, { reason: 'shutdown', grace: 30_000, done });
    }
    done();
  }

  private summary(): SimulationResult['summary'] {
    const all = Object.values(this.outcomes);
    const waits = all.filter(({ result }) => result === 'served').map(({ waitMs }) => waitMs ?? 0);
    const count = (test: (entry: TimelineEntry) => boolean): number =>
      this.timeline.filter(test).length;
    return {
      evictions: count(({ ev, reason }) => /stopping|aborting/.test(ev) && reason === 'swap'),
      lastEndMs: Math.max(0, ...all.map(({ end }) => end)),
      loads: count(({ ev }) => ev === 'starting'),
      maxWaitMs: Math.max(0, ...waits),
      served: waits.length,
      swaps: count(({ ev }) => ev === 'swap'),
      totalWaitMs: waits.reduce((sum, wait) => sum + wait, 0),
    };
  }
}
