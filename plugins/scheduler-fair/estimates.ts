import { ModelStatistics } from '#lib/plugin-api';
import { ModelRecord } from './model-record.js';

/** Shortest bound on waiting when none is configured. */
const LEAST_MAX_WAIT_MS = 30_000;
/** How many times the loads of all waiting models the bound leaves room for. */
const LOADS_IN_MAX_WAIT = 2;
/** Taken for a load as long as no load of any model has been measured. */
const UNMEASURED_LOAD_MS = 10_000;

/**
 * Expected times, from what was measured. A model that was never measured is expected to be like
 * the average of those that were: this orders requests and bounds waiting, nothing else.
 */
export class Estimates {
  constructor(
    private readonly statistics: (model: string) => ModelStatistics,
    private readonly models: () => Iterable<string>,
  ) {}

  loadMs(model: string): number {
    return this.statistics(model).loadMs ?? this.averageLoadMs();
  }

  /** Time to stop the model and to load it again: what its eviction costs if it is wanted again. */
  reloadMs(model: string): number {
    return (this.statistics(model).stopMs ?? 0) + this.loadMs(model);
  }

  /** Time to serve one request, 0 while none was measured. */
  serviceMs(model: string): number {
    return this.statistics(model).serviceMs ?? 0;
  }

  /**
   * What is probably lost by an eviction: the time to reload, weighed down the longer the model has
   * been idle.
   */
  lossMs(record: ModelRecord, nowMs: number): number {
    const reloadMs = this.reloadMs(record.model);
    const idleMs = Math.max(0, nowMs - (record.lastUsedMs ?? 0));
    return (reloadMs * reloadMs) / (reloadMs + idleMs || 1);
  }

  /** The default bound on waiting while these models have to be loaded. */
  maxWaitMs(cold: readonly string[]): number {
    const loadsMs = cold.reduce((sum, model) => sum + this.loadMs(model), 0);
    return Math.max(LEAST_MAX_WAIT_MS, LOADS_IN_MAX_WAIT * loadsMs);
  }

  private averageLoadMs(): number {
    const known = [...this.models()]
      .map((model) => this.statistics(model).loadMs)
      .filter((loadMs) => loadMs !== null);
    if (known.length === 0) return UNMEASURED_LOAD_MS;
    return known.reduce((sum, loadMs) => sum + loadMs, 0) / known.length;
  }
}
