import { CancelTimer, Clock } from '#lib/foundation';
import { EventLoop } from './event-loop.js';
import { ModelLedger } from './model-ledger.js';
import { ProcessRoster } from './process.roster.js';
import { RoutedModel } from './router-settings.interface.js';

/** What the reaper needs of the router. */
export interface IdleReaperTools {
  readonly clock: Clock;
  readonly loop: EventLoop;
  readonly roster: ProcessRoster;
  readonly ledger: ModelLedger;
  readonly model: (id: string) => RoutedModel | undefined;
}

/**
 * Unloads models that nobody has used for their `ttl`. The idle clock starts at the later of
 * readiness and the last completion. The decision is an event of the router's loop: a request that
 * was granted before it keeps the model, one that comes after it waits for a fresh start.
 */
export class IdleReaper {
  private readonly timers = new Map<string, CancelTimer>();

  constructor(private readonly tools: IdleReaperTools) {}

  /** Looks after a model that is ready; again after its ttl has changed. */
  watch(model: string): void {
    const ttlMs = this.tools.model(model)?.ttlMs ?? 0;
    if (ttlMs <= 0 || this.timers.has(model)) return;
    if (this.tools.roster.state(model) !== 'ready') return;
    this.arm(model, this.idleLeftMs(model, ttlMs));
  }

  forget(model: string): void {
    this.timers.get(model)?.();
    this.timers.delete(model);
  }

  /** Cancels every timer. */
  end(): void {
    for (const model of this.timers.keys()) this.forget(model);
  }

  private arm(model: string, delayMs: number): void {
    const { clock, loop } = this.tools;
    const check = (): void => loop.dispatch(() => this.check(model));
    this.timers.set(model, clock.after(Math.max(0, delayMs), check));
  }

  private check(model: string): void {
    this.timers.delete(model);
    const settings = this.tools.model(model);
    const ttlMs = settings?.ttlMs ?? 0;
    if (!settings || ttlMs <= 0 || this.tools.roster.state(model) !== 'ready') return;
    const { inFlight, waiting } = this.tools.ledger.of(model);
    if (inFlight > 0) return;
    const leftMs = this.idleLeftMs(model, ttlMs);
    if (waiting > 0) return this.arm(model, ttlMs);
    if (leftMs > 0) return this.arm(model, leftMs);
    const { roster } = this.tools;
    const instance = roster.get(model)?.instance ?? undefined;
    const graceMs = settings.unloadTimeoutMs;
    void roster.stopLogged(model, { graceMs, reason: 'ttl', instance });
  }

  private idleLeftMs(model: string, ttlMs: number): number {
    const nowMs = this.tools.clock.nowMs();
    return (this.tools.ledger.of(model).lastUsedMs ?? nowMs) + ttlMs - nowMs;
  }
}
