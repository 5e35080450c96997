import { ModelState } from '#lib/plugin-api';
import { ProcessStop, RoutedProcess } from '../routed-process.interface.js';

type Waiter = PromiseWithResolvers<void>;

/**
 * A process whose every step is a gate that the test opens: {@link becomeReady}, {@link failStart},
 * {@link finishStop}, {@link crash}. A step that the present state does not allow throws. Otherwise it
 * behaves as a real one: a request to be ready that comes during a stop is served after it.
 */
export class FakeProcess implements RoutedProcess {
  state: ModelState = 'stopped';
  instance: number | null = null;
  /** Every call in order: `ensureReady`, `stop(reason, grace)`. */
  readonly calls: string[] = [];
  /** How often a child was started. */
  starts = 0;
  private readonly address: URL;
  private ending = false;
  private starters: Waiter[] = [];
  private next: Waiter[] = [];
  private stoppers: Waiter[] = [];

  constructor(
    readonly model: string,
    private readonly changed: (from: ModelState, to: ModelState) => void,
  ) {
    this.address = new URL(`http://${encodeURIComponent(model)}.invalid/`);
  }

  get upstream(): URL | null {
    return this.state === 'ready' || this.state === 'stopping' ? this.address : null;
  }

  /** Whether a child lives that has been told to end. */
  get dying(): boolean {
    return this.ending;
  }

  ensureReady(): Promise<void> {
    this.calls.push('ensureReady');
    if (this.state === 'ready') return Promise.resolve();
    const waiter = Promise.withResolvers<void>();
    if (this.state === 'stopped') {
      this.starters.push(waiter);
      this.start();
    } else {
      this.next.push(waiter);
    }
    return waiter.promise;
  }

  stop({ reason, graceMs, instance }: ProcessStop): Promise<void> {
    this.calls.push(`stop(${reason}, ${graceMs})`);
    if (this.state === 'stopped' || (instance !== undefined && instance !== this.instance)) {
      return Promise.resolve();
    }
    const stopper = Promise.withResolvers<void>();
    this.stoppers.push(stopper);
    const early = this.next.splice(0);
    this.ending = true;
    if (this.state === 'ready') this.become('stopping');
    for (const waiter of early) waiter.reject(new Error('aborted'));
    return stopper.promise;
  }

  /** Gate: the start has worked. */
  becomeReady(): void {
    this.expect(this.state === 'starting' && !this.ending, 'becomeReady');
    const waiting = [...this.starters.splice(0), ...this.next.splice(0)];
    this.become('ready');
    for (const waiter of waiting) waiter.resolve();
  }

  /** Gate: the child has ended before it was ready. */
  failStart(error = new Error('exited prematurely')): void {
    this.expect(this.state === 'starting' && !this.ending, 'failStart');
    this.gone(error);
  }

  /** Gate: the child that was told to end has ended. */
  finishStop(): void {
    this.expect(this.ending, 'finishStop');
    this.gone(new Error('aborted'));
  }

  /** Gate: the child ends by itself. */
  crash(): void {
    this.expect(this.state !== 'stopped', 'crash');
    this.gone(new Error(this.ending ? 'aborted' : 'exited prematurely'));
  }

  /** Brings a ready process about without a start. */
  beReady(): this {
    this.instance = ++this.starts;
    this.become('ready');
    return this;
  }

  private start(): void {
    this.instance = ++this.starts;
    this.become('starting');
  }

  private gone(startError: Error): void {
    const failed = this.starters.splice(0);
    const stopped = this.stoppers.splice(0);
    this.ending = false;
    this.instance = null;
    this.become('stopped');
    for (const waiter of failed) waiter.reject(startError);
    for (const stopper of stopped) stopper.resolve();
    if (this.next.length === 0 || this.state !== 'stopped') return;
    this.starters.push(...this.next.splice(0));
    this.start();
  }

  private become(to: ModelState): void {
    const from = this.state;
    this.state = to;
    this.changed(from, to);
  }

  private expect(allowed: boolean, step: string): void {
    if (!allowed) throw new Error(`${this.model} is ${this.state}: ${step} is not possible`);
  }
}
