import { Trace } from '#lib/router';
import { TraceTimeline } from './trace-timeline.js';

/** One model's process. */
export interface TraceProcess {
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

/** Whom the processes of a trace belong to. */
export interface TraceProcessOwner {
  readonly isDown: boolean;
  /** Whether requests are in flight. */
  isBusy(model: string): boolean;
  /** The process has ended, and what was in flight with it. */
  gone(model: string, reason: string): void;
}

/** How a model is stopped: why, and the time it gets, milliseconds. */
export interface TraceStop {
  readonly reason: string;
  readonly grace: number;
  readonly done: () => void;
}

/** The world of a trace by its rules: starts, stops, failures, crashes, idle ticks. */
export class TraceProcesses {
  readonly all = new Map<string, TraceProcess>();

  constructor(
    private readonly trace: Trace,
    private readonly timeline: TraceTimeline,
    private readonly owner: TraceProcessOwner,
  ) {
    for (const model of Object.keys(trace.config.models)) this.all.set(model, newProcess());
    for (const model of trace.initial?.ready ?? []) this.becomeReady(model);
    timeline.entries.length = 0;
  }

  proc(model: string): TraceProcess {
    return this.all.get(model)!;
  }

  private later(model: string, delay: number, run: () => void): void {
    const { life } = this.proc(model);
    this.timeline.at(
      this.timeline.t + delay,
      'process',
      () => this.proc(model).life === life && run(),
    );
  }

  get timeout(): number {
    return this.trace.config.healthCheckTimeoutMs ?? 120_000;
  }

  ensureReady(model: string, done: (failure: string | null) => void): void {
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
    this.timeline.log('starting', model);
    const outcome = starts?.[proc.starts] ?? 'ok';
    proc.starts += 1;
    const exit = outcome === 'ok' ? Infinity : Number(outcome.slice(5));
    if (exit <= loadMs && exit <= this.timeout) {
      return this.later(model, exit, () => this.failStart(model));
    }
    if (loadMs <= this.timeout) return this.later(model, loadMs, () => this.becomeReady(model));
    this.later(model, this.timeout, () => {
      this.timeline.log('startFailed', model, { reason: 'timeout' });
      proc.dying = true;
      proc.failure = 'start failed';
      this.later(model, Math.min(stopMs, 5000), () => this.killed(model));
    });
  }

  private failStart(model: string): void {
    this.timeline.log('startFailed', model, { reason: 'exited' });
    this.gone(model, 'upstream crashed', 'start failed');
  }

  becomeReady(model: string): void {
    const proc = this.proc(model);
    proc.state = 'ready';
    proc.lastUsed = this.timeline.t;
    this.timeline.log('ready', model);
    const told = [...proc.starters.splice(0), ...proc.startWhenGone.splice(0)];
    const ttl = this.trace.config.models[model]?.ttlMs ?? 0;
    if (ttl > 0) this.timeline.at(this.timeline.t + 1000, 'tick', () => this.tick(model, ttl));
    for (const tell of told) tell(null);
  }

  private tick(model: string, ttl: number): void {
    const proc = this.proc(model);
    if (proc.state !== 'ready') return;
    this.timeline.at(this.timeline.t + 1000, 'tick', () => this.tick(model, ttl));
    if (this.owner.isBusy(model) || this.timeline.t - proc.lastUsed <= ttl) return;
    this.stop(model, { reason: 'ttl', grace: this.unloadTimeout(model), done: () => {} });
  }

  unloadTimeout(model: string): number {
    return this.trace.config.models[model]?.unloadTimeoutMs ?? 10_000;
  }

  stop(
    model: string,
    { reason, grace, done }: { reason: string; grace: number; done: () => void },
  ): void {
    const proc = this.proc(model);
    if (proc.state === 'stopped' || proc.state === 'shutdown') return done();
    proc.wakeWhenGone.push(done);
    if (proc.dying) return;
    const isStart = proc.state === 'starting';
    this.timeline.log(isStart ? 'aborting' : 'stopping', model, { reason });
    if (isStart) proc.failure = 'aborted';
    else proc.state = 'stopping';
    proc.dying = true;
    proc.life += 1;
    const { stopMs } = this.trace.world[model]!;
    this.later(model, Math.min(stopMs, isStart ? 5000 : grace), () => this.killed(model));
  }

  private killed(model: string): void {
    this.timeline.log('stopped', model);
    this.gone(model, 'upstream stopped', this.proc(model).failure);
  }

  crash(model: string): void {
    const proc = this.all.get(model);
    if (!proc || proc.state === 'stopped' || proc.state === 'shutdown') return;
    if (proc.dying) return this.killed(model);
    if (proc.state === 'starting') return this.failStart(model);
    this.timeline.log('crash', model);
    this.gone(model, 'upstream crashed', null);
  }

  private gone(model: string, reason: string, failure: string | null): void {
    const proc = this.proc(model);
    Object.assign(proc, { state: 'stopped', dying: false, failure: null });
    proc.life += 1;
    this.owner.gone(model, reason);
    const [starters, stoppers] = [proc.starters.splice(0), proc.wakeWhenGone.splice(0)];
    for (const tell of starters) tell(failure);
    for (const tell of stoppers) tell();
    const again = proc.startWhenGone.splice(0);
    if (again.length === 0 || this.owner.isDown) return;
    proc.starters.push(...again);
    this.start(model);
  }
}

function newProcess(): TraceProcess {
  return {
    state: 'stopped',
    dying: false,
    starts: 0,
    life: 0,
    lastUsed: 0,
    wakeWhenGone: [],
    startWhenGone: [],
    starters: [],
    failure: null,
  };
}
