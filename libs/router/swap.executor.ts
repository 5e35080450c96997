import { Clock } from '#lib/foundation';
import { DeviceBytes, SwapOrder, SwapOutcome } from '#lib/plugin-api';
import { EventLoop } from './event-loop.js';
import { MemorySource } from './memory-source.interface.js';
import { ProcessRoster } from './process.roster.js';
import { StopReason } from './routed-process.interface.js';
import { notReady, shuttingDown } from './router-errors.js';
import { RouterObserver, SwapEnd } from './router-observer.interface.js';

/** What the executor needs of the router. */
export interface SwapExecutorTools {
  readonly clock: Clock;
  readonly loop: EventLoop;
  readonly roster: ProcessRoster;
  readonly observe: RouterObserver;
  readonly graceMs: (model: string) => number;
  /** Null when nothing measures memory. */
  readonly memory: MemorySource | null;
  /** Memory that a model needs, configured or learned; null when unknown. */
  readonly need: (model: string) => DeviceBytes | null;
  /** Whether somebody else stops this model now, so that a swap that is given up need not. */
  readonly leaving: (model: string) => boolean;
  /** An event of the loop: the swap has ended and was not given up. */
  readonly ended: (order: SwapOrder, outcome: SwapOutcome) => void;
}

interface RunningSwap {
  readonly order: SwapOrder;
  readonly beganMs: number;
  cancelled: boolean;
  /** The target has been asked to be ready. */
  loading: boolean;
  retried: boolean;
}

/**
 * Carries swaps out: stops the victims in parallel, then makes the target ready. It decides nothing;
 * the target's process itself knows what its state makes of the request to be ready.
 */
export class SwapExecutor {
  private readonly swaps = new Map<number, RunningSwap>();
  private closed = false;

  constructor(private readonly tools: SwapExecutorTools) {}

  /** Begins at once: the victims are stopping before this returns. */
  start(order: SwapOrder): void {
    const beganMs = this.tools.clock.nowMs();
    const swap = { order, beganMs, cancelled: false, loading: false, retried: false };
    this.swaps.set(order.id, swap);
    if (this.closed) this.tools.loop.dispatch(() => this.end(swap, shuttingDown()));
    else void this.perform(swap);
  }

  /**
   * Gives a swap up: no end is told, the target is not started or its start is interrupted. Stops
   * that have begun go on.
   */
  cancel(swapId: number): void {
    const swap = this.swaps.get(swapId);
    if (!swap) return;
    this.swaps.delete(swapId);
    swap.cancelled = true;
    this.tell(swap, 'cancelled');
    const { target } = swap.order;
    const state = this.tools.roster.get(target)?.state;
    if (!swap.loading || this.tools.leaving(target) || state === 'ready') return;
    void this.tools.roster.stopLogged(target, this.how(target, 'cancel'));
  }

  /** Gives up everything that is under way; see {@link cancel}. */
  cancelAll(): void {
    for (const swapId of Array.from(this.swaps.keys())) this.cancel(swapId);
  }

  /** From now on every new swap fails; those under way go on. */
  close(): void {
    this.closed = true;
  }

  private async perform(swap: RunningSwap): Promise<void> {
    const stops = swap.order.evict.map((victim) => this.evict(victim));
    if (stops.length > 0) await Promise.all(stops);
    await this.load(swap);
  }

  /** A victim that a reload lets drain is waited for: its requests in flight are not cut. */
  private evict(victim: string): Promise<void> {
    const { roster } = this.tools;
    return roster.heldBack(victim) ?? roster.stopLogged(victim, this.how(victim, 'swap'));
  }

  private async load(swap: RunningSwap): Promise<void> {
    const { loop, roster } = this.tools;
    const { target } = swap.order;
    for (let held = roster.heldBack(target); held; held = roster.heldBack(target)) await held;
    if (swap.cancelled) return;
    // Where nobody waits for room the start must begin in this same stretch.
    const room = this.tools.memory?.room?.(target, this.tools.need(target));
    if (room) await room;
    if (swap.cancelled) return;
    swap.loading = true;
    try {
      const process = roster.get(target);
      if (!process) throw notReady(target);
      await process.ensureReady();
      loop.dispatch(() => this.loaded(swap));
    } catch (error) {
      loop.dispatch(() => this.failed(swap, error));
    }
  }

  /** A server that dies between readiness and this event is started once more. */
  private loaded(swap: RunningSwap): void {
    if (swap.cancelled) return;
    const { roster } = this.tools;
    const { target } = swap.order;
    if (roster.state(target) === 'ready') return this.end(swap, null);
    if (roster.heldBack(target)) return void this.load(swap);
    if (swap.retried) return this.end(swap, notReady(target));
    swap.retried = true;
    void this.load(swap);
  }

  private failed(swap: RunningSwap, error: unknown): void {
    if (swap.cancelled) return;
    if (this.tools.roster.heldBack(swap.order.target)) return void this.load(swap);
    this.end(swap, error instanceof Error ? error : new Error(String(error)));
  }

  /** A start that has failed for lack of memory teaches the memory source. */
  private outOfMemory({ loading, order: { target } }: RunningSwap): boolean {
    const { memory, need } = this.tools;
    if (!loading || !memory?.diedOfMemory?.(target)) return false;
    memory.fellShort?.(target, need(target));
    return true;
  }

  private end(swap: RunningSwap, error: Error | null): void {
    if (swap.cancelled) return;
    this.swaps.delete(swap.order.id);
    this.tell(swap, error);
    if (!error) return this.tools.ended(swap.order, { ok: true });
    this.tools.ended(swap.order, { ok: false, error, outOfMemory: this.outOfMemory(swap) });
  }

  private tell({ order, beganMs }: RunningSwap, error: SwapEnd['error']): void {
    const tookMs = this.tools.clock.nowMs() - beganMs;
    this.tools.observe.swapEnded?.({ order, tookMs, error });
  }

  private how(model: string, reason: StopReason): { graceMs: number; reason: StopReason } {
    return { graceMs: this.tools.graceMs(model), reason };
  }
}
