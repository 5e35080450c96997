import { ModelConfig } from '#lib/config';
import { Clock, DroverError } from '#lib/foundation';
import { ModelState, RuntimeExit, RuntimePlugin } from '#lib/plugin-api';
import { ABORT_GRACE_MS, InstanceEnd, InstanceLife } from './instance-life.js';
import { endTexts, logText, shutDown, startAborted, startFailed } from './process-errors.js';
import { ProcessLog } from './process-log.interface.js';
import { ProcessStatistics } from './process-statistics.js';
import { ReadinessProbe } from './readiness-probe.interface.js';
import { CommandSplitter, startOrder } from './start-order.js';
import { StartOverrides } from './start-overrides.js';

const DISPOSE_GRACE_MS = 1000;

/** What a {@link ModelProcess} works with. */
export interface ModelProcessTools {
  /** Finds a runtime by its configured name. */
  readonly runtime: (name: string) => RuntimePlugin | undefined;
  readonly probe: ReadinessProbe;
  readonly clock: Clock;
  readonly split: CommandSplitter;
  /** Numbers unique within the life of Drover. */
  readonly nextInstance: () => number;
  readonly output: (model: string, chunk: Uint8Array) => void;
  readonly statistics: ProcessStatistics;
  /** What the start that begins now is given beside the configuration. */
  readonly overrides: StartOverrides;
  readonly log: ProcessLog;
}

/** How a process is asked to stop. */
export interface StopOptions {
  /** Time between the stop signal and the kill, milliseconds. */
  readonly graceMs: number;
  /** For the log: `eviction`, `unload`, `idle` … */
  readonly reason: string;
  /** Stop this instance only; when another one lives, or none, nothing happens. */
  readonly instance?: number;
}

/** Told after every transition, synchronously and in order. */
export type StateListener = (from: ModelState, to: ModelState, process: ModelProcess) => void;

type Waiter = PromiseWithResolvers<void>;

/**
 * The life of one model's server, and its only writer. Legal transitions: stopped → starting →
 * ready → stopping → stopped; starting → stopped (failed or interrupted); ready → stopped (crash);
 * stopped, starting, ready → shutdown. Each is announced once.
 *
 * Every call decides and commits in one synchronous stretch; nothing is awaited in between. There
 * is at most one instance, and a new one begins only when the old one is gone. Notices of an
 * instance that is no longer the present one are ignored.
 */
export class ModelProcess {
  private current: ModelState = 'stopped';
  private life: InstanceLife | null = null;
  /** Callers of the start that is going on. */
  private starters: Waiter[] = [];
  /** Callers who came during a start or a stop; they are served when it is over. */
  private next: Waiter[] = [];
  private readonly stoppers: Waiter[] = [];
  private readonly listeners = new Set<StateListener>();
  private stopBeganMs = 0;
  private exit: RuntimeExit | null = null;
  private disposal: Promise<void> | null = null;

  constructor(
    private settings: ModelConfig,
    private readonly tools: ModelProcessTools,
  ) {}

  /** Model id. */
  get id(): string {
    return this.settings.id;
  }

  /** Present state: a snapshot for displays and plans; the calls below decide for themselves. */
  get state(): ModelState {
    return this.current;
  }

  /** Latest configuration; command and environment of a running instance may be older. */
  get config(): ModelConfig {
    return this.settings;
  }

  /** Number of the present instance, or null when there is none. */
  get instance(): number | null {
    return this.life?.order.instance ?? null;
  }

  /** Where to forward requests; null unless the server is ready or still there while stopping. */
  get upstream(): URL | null {
    return this.current === 'ready' || this.current === 'stopping'
      ? (this.life?.address ?? null)
      : null;
  }

  /** Command and arguments of the present instance; empty when there is none. */
  get argv(): readonly string[] {
    return this.life?.order.argv ?? [];
  }

  /** Monotonic time at which the present instance became ready, or null. */
  get readyAtMs(): number | null {
    return this.life?.readyAtMs ?? null;
  }

  /** What the runtime knows about the present instance, for displays. */
  get details(): Readonly<Record<string, string | number>> {
    return this.life?.details ?? {};
  }

  /** How the last server ended; null when none has, or when none was launched. */
  get lastExit(): RuntimeExit | null {
    return this.exit;
  }

  /** Calls `listener` after every transition; returns the cancellation. */
  onState(listener: StateListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** New configuration: what concerns the command takes effect at the next start. */
  configure(settings: ModelConfig): void {
    this.settings = settings;
  }

  /**
   * Resolves when the model is ready, starting it where needed. During a stop it starts after the
   * stop; during another caller's start it takes that one's success, or else one attempt of its own.
   *
   * @throws DroverError MODEL_START_FAILED, HEALTH_CHECK_TIMEOUT, MODEL_START_ABORTED (a stop came
   *   in between), SHUTTING_DOWN
   */
  ensureReady(): Promise<void> {
    if (this.current === 'ready') return Promise.resolve();
    if (this.disposal) return Promise.reject(shutDown(this.id));
    const waiter = Promise.withResolvers<void>();
    if (this.current === 'stopped') {
      this.starters.push(waiter);
      this.begin();
    } else {
      this.next.push(waiter);
    }
    return waiter.promise;
  }

  /**
   * Resolves when the server is gone. Without a server it does nothing. A start is interrupted with
   * a grace of 5 s, whatever `graceMs` says; a stop that is under way is shared, and hurried when
   * the new deadline is earlier. Everybody who asked for readiness before gets MODEL_START_ABORTED.
   */
  stop(options: StopOptions): Promise<void> {
    if (!this.life || (options.instance ?? this.instance) !== this.instance) {
      return Promise.resolve();
    }
    const stopper = Promise.withResolvers<void>();
    this.stoppers.push(stopper);
    this.endLife(this.life, options);
    return stopper.promise;
  }

  /**
   * The end of this object: no start any more. A server that is not being stopped yet is killed
   * after 1 s (5 s while starting); a stop under way keeps its grace. Resolves when it is gone.
   */
  dispose(): Promise<void> {
    this.disposal ??= this.shutDown();
    return this.disposal;
  }

  private shutDown(): Promise<void> {
    const life = this.life;
    const stopper = Promise.withResolvers<void>();
    if (life) this.stoppers.push(stopper);
    else stopper.resolve();
    const waiting = this.next.splice(0);
    if (!life?.ending) {
      waiting.push(...this.starters.splice(0));
      const graceMs = this.current === 'starting' ? ABORT_GRACE_MS : DISPOSE_GRACE_MS;
      this.transition('shutdown');
      life?.end(graceMs, shutDown(this.id));
    }
    reject(waiting, shutDown(this.id));
    return stopper.promise;
  }

  private begin(): void {
    const life = this.prepare();
    if (life instanceof InstanceLife) this.life = life;
    this.transition('starting');
    if (life instanceof InstanceLife) life.begin();
    else this.failedToLaunch(life);
  }

  /** The new instance, or why there can be none. */
  private prepare(): InstanceLife | DroverError {
    const { settings, tools } = this;
    try {
      const plain = startOrder(settings, tools.nextInstance(), tools.split);
      const order = { ...plain, argv: [...plain.argv, ...tools.overrides.take(this.id).args] };
      const runtime = tools.runtime(settings.runtime);
      if (!runtime) throw startFailed(this.id, `there is no process runtime "${settings.runtime}"`);
      const output = (chunk: Uint8Array): void => tools.output(settings.id, chunk);
      const { probe, clock } = tools;
      return new InstanceLife(order, { runtime, probe, clock, output }, this.lifeListener);
    } catch (error) {
      return error instanceof DroverError ? error : startFailed(this.id, String(error));
    }
  }

  private readonly lifeListener = {
    ready: (life: InstanceLife): void => this.becameReady(life),
    gone: (life: InstanceLife, end: InstanceEnd): void => this.becameGone(life, end),
  };

  private becameReady(life: InstanceLife): void {
    if (life !== this.life || this.current !== 'starting' || life.ending) return;
    this.tools.statistics.record(this.id, 'loadMs', this.tools.clock.nowMs() - life.beganMs);
    const waiting = [...this.starters.splice(0), ...this.next.splice(0)];
    this.transition('ready');
    for (const waiter of waiting) waiter.resolve();
  }

  private becameGone(life: InstanceLife, end: InstanceEnd): void {
    if (life !== this.life) return;
    this.life = null;
    this.exit = end.exit;
    this.report(end);
    this.measureStop();
    const failed = this.starters.splice(0);
    const stopped = this.stoppers.splice(0);
    if (this.current !== 'shutdown') this.transition('stopped');
    if (this.disposal && this.current === 'stopped') this.transition('shutdown');
    reject(failed, end.error ?? startAborted(this.id));
    for (const stopper of stopped) stopper.resolve();
    this.serveNext();
  }

  private failedToLaunch(error: DroverError): void {
    const failed = this.starters.splice(0);
    this.exit = null;
    this.tools.log.warn(logText(error));
    this.transition('stopped');
    reject(failed, error);
    this.serveNext();
  }

  /** Starts again for those who came during the life that has just ended. */
  private serveNext(): void {
    if (this.next.length === 0 || this.current !== 'stopped') return;
    this.starters.push(...this.next.splice(0));
    this.begin();
  }

  private endLife(life: InstanceLife, { graceMs, reason }: StopOptions): void {
    const starting = this.current === 'starting';
    const first = !life.ending;
    const early = this.next.splice(0);
    if (first) this.tools.log.log(`[${this.id}] stopping (${reason}), grace ${graceMs} ms`);
    if (this.current === 'ready') {
      this.stopBeganMs = this.tools.clock.nowMs();
      this.transition('stopping');
    }
    life.end(starting && first ? ABORT_GRACE_MS : graceMs, starting ? startAborted(this.id) : null);
    reject(early, startAborted(this.id));
  }

  private measureStop(): void {
    if (this.current !== 'stopping') return;
    const tookMs = this.tools.clock.nowMs() - this.stopBeganMs;
    this.tools.statistics.record(this.id, 'stopMs', tookMs);
  }

  private report(end: InstanceEnd): void {
    const { id, current, tools } = this;
    for (const text of endTexts(id, end, current === 'ready')) tools.log.warn(text);
  }

  /** A listener that fails must not leave the process between two states. */
  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.tools.log.warn(`[${this.id}] a listener has failed: ${String(error)}`);
    }
  }

  private transition(to: ModelState): void {
    const from = this.current;
    this.current = to;
    for (const listener of Array.from(this.listeners)) this.tell(() => listener(from, to, this));
  }
}

function reject(waiters: readonly Waiter[], error: DroverError): void {
  for (const waiter of waiters) waiter.reject(error);
}
