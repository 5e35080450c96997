import { ModelState } from '../model-state.js';
import { WorldTimeline } from './world-timeline.js';

/** How one model of a scheduler test behaves. */
export interface WorldModel {
  readonly loadMs: number;
  readonly stopMs: number;
  /** Starts that fail, by their number from 0. */
  readonly failingStarts: ReadonlySet<number>;
}

/** Told when a start has ended; null is success. */
type StartListener = (error: Error | null) => void;

/** A model's process in a scheduler test: the life cycle of a real one, in virtual time. */
export class WorldProcess {
  state: ModelState = 'stopped';
  private starts = 0;
  private isEnding = false;
  private cancelNext: () => void = () => {};
  private starters: StartListener[] = [];
  private laterStarters: StartListener[] = [];
  private stoppers: (() => void)[] = [];

  constructor(
    private readonly model: WorldModel,
    private readonly timeline: WorldTimeline,
    private readonly changed: (from: ModelState, to: ModelState) => void,
  ) {}

  /** Makes the model ready; a start that follows a stop waits for it. */
  ensureReady(listener: StartListener): void {
    if (this.state === 'ready') return listener(null);
    if (this.state === 'stopped') return this.start([listener]);
    if (this.state === 'starting' && !this.isEnding) this.starters.push(listener);
    else this.laterStarters.push(listener);
  }

  /** Forgets a caller of {@link ensureReady}. */
  withdraw(listener: StartListener): void {
    this.starters = this.starters.filter((other) => other !== listener);
    this.laterStarters = this.laterStarters.filter((other) => other !== listener);
  }

  /** Ends the process, or interrupts its start; idempotent. */
  stop(done: () => void): void {
    if (this.state === 'stopped') return done();
    this.stoppers.push(done);
    if (this.isEnding) return;
    this.isEnding = true;
    if (this.state === 'ready') this.become('stopping');
    this.next(this.model.stopMs, () => this.gone(new Error('aborted')));
  }

  /** The server ends by itself. */
  crash(): void {
    if (this.state !== 'stopped') this.gone(new Error('exited prematurely'));
  }

  private start(listeners: StartListener[]): void {
    this.starters = listeners;
    const fails = this.model.failingStarts.has(this.starts++);
    this.become('starting');
    const end = fails ? () => this.crash() : () => this.loaded();
    this.next(fails ? this.model.loadMs / 2 : this.model.loadMs, end);
  }

  private loaded(): void {
    this.become('ready');
    for (const listener of this.starters.splice(0)) listener(null);
  }

  private gone(error: Error): void {
    this.cancelNext();
    this.isEnding = false;
    this.become('stopped');
    for (const listener of this.starters.splice(0)) listener(error);
    for (const done of this.stoppers.splice(0)) done();
    const later = this.laterStarters.splice(0);
    if (later.length > 0) this.start(later);
  }

  private next(delayMs: number, run: () => void): void {
    this.cancelNext();
    this.cancelNext = this.timeline.after(delayMs, run);
  }

  private become(state: ModelState): void {
    const from = this.state;
    this.state = state;
    if (from !== state) this.changed(from, state);
  }
}
