import { Registry } from 'prom-client';
import { Clock, DroverError, ModelStateEvent } from '#lib/foundation';
import { RouterObserver, SwapEnd } from '#lib/router';
import { swapFamilies, SwapFamilies } from './swap.families.js';

/** What was granted sooner has not waited: the clock goes on while a request is looked at. */
const LEAST_WAIT_MS = 1;

interface LastSwap {
  readonly atMs: number;
  readonly hasEvicted: boolean;
}

/** Families about queue, swaps and loads; an observer of the router and of the models' states. */
export class SwapMetrics {
  private readonly families: SwapFamilies;
  private readonly lastSwaps = new Map<string, LastSwap>();
  private readonly startedMs = new Map<string, number>();

  /** What the router has to be given. */
  readonly observer: RouterObserver = {
    granted: ({ model, waitedMs }) => this.granted(model, waitedMs),
    rejected: ({ model, rejection }) => {
      if (rejection === 'limit') this.refused(model, 'full');
    },
    failed: ({ model, code }) => {
      if (code === 'SHUTTING_DOWN') this.refused(model, 'shutdown');
    },
    swapEnded: (end) => this.swapEnded(end),
    stopping: ({ model, reason }) => this.unloaded(model, reason === 'unload' ? 'api' : reason),
  };

  constructor(
    registry: Registry,
    private readonly clock: Clock,
  ) {
    this.families = swapFamilies(registry);
  }

  /** A request or an explicit start was refused because of a limit. */
  refused(model: string, reason: 'full' | 'max_parallel_models' | 'shutdown'): void {
    this.families.refused.of(model, reason).value += 1;
  }

  /** A model's process has changed its state. */
  stateChanged({ model, from, to, exit }: Omit<ModelStateEvent, 'atMs'>): void {
    const nowMs = this.clock.nowMs();
    if (to === 'starting') this.startedMs.set(model, nowMs);
    if (from === 'ready' && to === 'stopped') {
      this.families.exits.of(model, exitLabel(exit)).value += 1;
      this.unloaded(model, 'crash');
    }
    const startedMs = this.startedMs.get(model);
    if (to !== 'ready' || startedMs === undefined) return;
    this.startedMs.delete(model);
    this.families.loadDuration.of(model).observe((nowMs - startedMs) / 1000);
  }

  private granted(model: string, waitedMs: number): void {
    if (waitedMs < LEAST_WAIT_MS) return;
    const reason = this.reasonOf(model, this.clock.nowMs() - waitedMs);
    this.families.queueWait.of(model, reason).observe(waitedMs / 1000);
  }

  private unloaded(model: string, reason: string): void {
    this.families.unloads.of(model, reason).value += 1;
  }

  /** A request that arrived before the last load of its model waited for that load. */
  private reasonOf(model: string, arrivedMs: number): string {
    const last = this.lastSwaps.get(model);
    if (!last || last.atMs < arrivedMs) return 'capacity';
    return last.hasEvicted ? 'swap' : 'load';
  }

  private swapEnded({ order, error }: SwapEnd): void {
    const { target: model, evict } = order;
    const hasEvicted = evict.length > 0;
    this.lastSwaps.set(model, { atMs: this.clock.nowMs(), hasEvicted });
    this.families.loads.of(model, resultOf(error)).value += 1;
    if (hasEvicted && error === null) this.families.swaps.of(model).value += 1;
  }
}

function resultOf(error: SwapEnd['error']): string {
  if (error === null) return 'ok';
  if (error === 'cancelled') return 'cancelled';
  const code = error instanceof DroverError ? error.code : null;
  if (code === 'HEALTH_CHECK_TIMEOUT') return 'timeout';
  return code === 'MODEL_START_ABORTED' ? 'cancelled' : 'failed';
}

/** How a server has ended: its status, else the signal. */
function exitLabel(exit: ModelStateEvent['exit']): string {
  return exit?.code?.toString() ?? exit?.signal ?? 'unknown';
}
