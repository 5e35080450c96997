import { Counter, Histogram, Registry } from 'prom-client';
import { Clock, DroverError, ModelStateEvent } from '#lib/foundation';
import { RouterObserver, SwapEnd } from '#lib/router';
import { BUCKETS } from './buckets.js';

/** What was granted sooner has not waited: the clock goes on while a request is looked at. */
const LEAST_WAIT_MS = 1;

interface LastSwap {
  readonly atMs: number;
  readonly hasEvicted: boolean;
}

/** Families about queue, swaps and loads; an observer of the router and of the models' states. */
export class SwapMetrics {
  private readonly queueWait: Histogram;
  private readonly refused: Counter;
  private readonly swaps: Counter;
  private readonly loads: Counter;
  private readonly loadDuration: Histogram;
  private readonly unloads: Counter;
  private readonly exits: Counter;
  private readonly lastSwaps = new Map<string, LastSwap>();
  private readonly startedMs = new Map<string, number>();

  /** What the router has to be given. */
  readonly observer: RouterObserver = {
    granted: ({ model, waitedMs }) => this.granted(model, waitedMs),
    rejected: ({ model, rejection }) => {
      if (rejection === 'limit') this.refused.inc({ model, reason: 'full' });
    },
    failed: ({ model, code }) => {
      if (code === 'SHUTTING_DOWN') this.refused.inc({ model, reason: 'shutdown' });
    },
    swapEnded: (end) => this.swapEnded(end),
    stopping: ({ model, reason }) => {
      this.unloads.inc({ model, reason: reason === 'unload' ? 'api' : reason });
    },
  };

  constructor(
    registry: Registry,
    private readonly clock: Clock,
  ) {
    const registers = [registry];
    const counter = (name: string, help: string, ...more: string[]): Counter =>
      new Counter({ name, help, labelNames: ['model', ...more], registers });
    this.queueWait = new Histogram({
      name: 'drover_queue_wait_seconds',
      help: 'Time that waiting requests waited before they were forwarded',
      labelNames: ['model', 'reason'],
      buckets: BUCKETS.queueWait,
      registers,
    });
    this.refused = counter('drover_queue_rejected_total', 'Requests refused', 'reason');
    this.swaps = counter('drover_model_swaps_total', 'Loads that had to evict something');
    this.loads = counter('drover_model_loads_total', 'Loads that ended', 'result');
    this.loadDuration = new Histogram({
      name: 'drover_model_load_duration_seconds',
      help: 'Spawn to healthy',
      labelNames: ['model'],
      buckets: BUCKETS.load,
      registers,
    });
    this.unloads = counter('drover_model_unloads_total', 'Models that were unloaded', 'reason');
    this.exits = counter('drover_model_process_exits_total', 'Unexpected ends of a server');
  }

  /** A model's process has changed its state. */
  stateChanged({ model, from, to }: Pick<ModelStateEvent, 'model' | 'from' | 'to'>): void {
    const nowMs = this.clock.nowMs();
    if (to === 'starting') this.startedMs.set(model, nowMs);
    if (from === 'ready' && to === 'stopped') {
      this.exits.inc({ model });
      this.unloads.inc({ model, reason: 'crash' });
    }
    const startedMs = this.startedMs.get(model);
    if (to !== 'ready' || startedMs === undefined) return;
    this.startedMs.delete(model);
    this.loadDuration.observe({ model }, (nowMs - startedMs) / 1000);
  }

  private granted(model: string, waitedMs: number): void {
    if (waitedMs < LEAST_WAIT_MS) return;
    const reason = this.reasonOf(model, this.clock.nowMs() - waitedMs);
    this.queueWait.observe({ model, reason }, waitedMs / 1000);
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
    this.loads.inc({ model, result: resultOf(error) });
    if (hasEvicted && error === null) this.swaps.inc({ model });
  }
}

function resultOf(error: SwapEnd['error']): string {
  if (error === null) return 'ok';
  if (error === 'cancelled') return 'cancelled';
  const code = error instanceof DroverError ? error.code : null;
  if (code === 'HEALTH_CHECK_TIMEOUT') return 'timeout';
  return code === 'MODEL_START_ABORTED' ? 'cancelled' : 'failed';
}
