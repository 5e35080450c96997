import { ModelState } from '#lib/plugin-api';
import { DecayedAverage } from '../decayed-average.js';
import { EventLine } from './event-line.js';
import { TraceModelWorld } from './trace.interface.js';

/** Longest time that the abort of a start takes. */
const ABORT_GRACE_MS = 5000;

/** Told when a start has ended: null for success, else the abstract reason. */
export type StartListener = (failure: string | null) => void;

/** What a simulated process reports. */
export interface ProcessObserver {
  log(ev: string, model: string, reason?: string): void;
  changed(model: string, from: ModelState, to: ModelState): void;
  /** The child has exited; requests being served fail for this reason. */
  exited(model: string, reason: string): void;
}

/** A process that takes the time its world gives it; the life cycle is that of a real one. */
export class SimulatedProcess {
  private current: ModelState = 'stopped';
  private starts = 0;
  private ending = false;
  private endReason: string | null = null;
  private cancelNext: () => void = () => {};
  private starters: StartListener[] = [];
  private nextStarters: StartListener[] = [];
  private stoppers: (() => void)[] = [];
  private sinceMs = 0;
  private readonly load = new DecayedAverage();
  private readonly exit = new DecayedAverage();

  constructor(
    readonly model: string,
    private readonly world: TraceModelWorld & { readonly startTimeoutMs: number },
    private readonly outside: { readonly line: EventLine; readonly observer: ProcessObserver },
  ) {}

  get state(): ModelState {
    return this.current;
  }

  /** Measured, and before that what its world says: as if measured in an earlier run. */
  get loadMs(): number {
    return this.load.value ?? this.world.loadMs;
  }

  get stopMs(): number {
    return this.exit.value ?? this.world.stopMs;
  }

  /** Puts the process into the state `ready` before the simulation begins. */
  beReady(): void {
    this.become('ready');
  }

  /** Takes the process to its final state. */
  end(): void {
    this.become('shutdown');
  }

  ensureReady(listener: StartListener): void {
    if (this.current === 'ready') return listener(null);
    if (this.current === 'shutdown') return listener('shutting down');
    if (this.current !== 'stopped') return void this.nextStarters.push(listener);
    this.starters.push(listener);
    this.start();
  }

  /** Forgets a caller of {@link ensureReady}; whatever it began goes on. */
  withdraw(listener: StartListener): void {
    this.starters = this.starters.filter((starter) => starter !== listener);
    this.nextStarters = this.nextStarters.filter((starter) => starter !== listener);
  }

  stop(how: { reason: string; graceMs: number }, done: () => void): void {
    if (this.current === 'stopped' || this.current === 'shutdown') return done();
    this.stoppers.push(done);
    if (this.ending || this.current === 'stopping') return;
    const starting = this.current === 'starting';
    this.outside.observer.log(starting ? 'aborting' : 'stopping', this.model, how.reason);
    this.kill(starting ? ABORT_GRACE_MS : how.graceMs, starting ? 'aborted' : null);
  }

  /** The child exits by itself. */
  crash(): void {
    if (this.current === 'stopped' || this.current === 'shutdown') return;
    if (this.current === 'ready') {
      this.outside.observer.log('crash', this.model);
      this.gone('upstream crashed', null);
    } else if (this.ending) {
      this.killed();
    } else {
      this.startFailed();
    }
  }

  private start(): void {
    this.become('starting');
    this.sinceMs = this.outside.line.nowMs;
    this.outside.observer.log('starting', this.model);
    const outcome = this.world.starts?.[this.starts++] ?? 'ok';
    const exitMs = outcome === 'ok' ? Infinity : Number(outcome.slice('exit:'.length));
    const { startTimeoutMs, loadMs } = this.world;
    if (exitMs <= Math.min(loadMs, startTimeoutMs)) this.next(exitMs, () => this.startFailed());
    else if (loadMs > startTimeoutMs) this.next(startTimeoutMs, () => this.timeOut());
    else this.next(loadMs, () => this.loaded());
  }

  private loaded(): void {
    this.load.add(this.outside.line.nowMs - this.sinceMs);
    this.become('ready');
    this.outside.observer.log('ready', this.model);
    this.tellStarters(null);
    for (const listener of this.nextStarters.splice(0)) listener(null);
  }

  private timeOut(): void {
    this.outside.observer.log('startFailed', this.model, 'timeout');
    this.kill(ABORT_GRACE_MS, 'start failed');
  }

  private startFailed(): void {
    this.outside.observer.log('startFailed', this.model, 'exited');
    this.gone('upstream crashed', 'start failed');
  }

  private kill(graceMs: number, endReason: string | null): void {
    this.ending = true;
    this.endReason = endReason;
    this.sinceMs = this.outside.line.nowMs;
    if (this.current === 'ready') this.become('stopping');
    this.next(Math.min(this.world.stopMs, graceMs), () => this.killed());
  }

  private killed(): void {
    if (this.current === 'stopping') this.exit.add(this.outside.line.nowMs - this.sinceMs);
    this.outside.observer.log('stopped', this.model);
    this.gone('upstream stopped', this.endReason);
  }

  private gone(reason: string, startFailure: string | null): void {
    this.cancelNext();
    this.ending = false;
    this.become('stopped');
    this.outside.observer.exited(this.model, reason);
    this.tellStarters(startFailure);
    for (const stopper of this.stoppers.splice(0)) stopper();
    if (this.nextStarters.length === 0 || this.current !== 'stopped') return;
    this.starters.push(...this.nextStarters.splice(0));
    this.start();
  }

  private tellStarters(failure: string | null): void {
    for (const listener of this.starters.splice(0)) listener(failure);
  }

  private next(delayMs: number, run: () => void): void {
    this.cancelNext();
    this.cancelNext = this.outside.line.after(delayMs, 'process', run);
  }

  private become(state: ModelState): void {
    const from = this.current;
    this.current = state;
    if (from !== state) this.outside.observer.changed(this.model, from, state);
  }
}
