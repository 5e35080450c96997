import { Clock } from '#lib/foundation';
import { EngineHistory } from './engine-history.js';
import { EngineHttp } from './engine-http.interface.js';
import { ProxiedTraffic } from './engine-poll.interface.js';
import { EngineSample } from './engine-sample.interface.js';
import { EngineWatch } from './engine-watch.js';
import { EngineTarget } from './engine.poller.js';

/** Shortest interval at which an engine is asked, milliseconds. */
export const MIN_INTERVAL_MS = 250;
/** Longest interval at which an engine is asked, milliseconds. */
export const MAX_INTERVAL_MS = 60_000;
/** Interval at which an engine is asked unless somebody wants another one, milliseconds. */
export const DEFAULT_INTERVAL_MS = 1000;

/** A sample as it is announced. */
export interface EngineUpdate {
  readonly model: string;
  readonly address: URL;
  /** Grows by one per model, so that gaps show. */
  readonly sequence: number;
  readonly sample: EngineSample;
}

/** What the monitor needs from around it. */
export interface EngineMonitorPorts {
  readonly clock: Clock;
  readonly http: EngineHttp;
  readonly traffic: (model: string) => ProxiedTraffic;
  readonly onUpdate: (update: EngineUpdate) => void;
}

interface Watched {
  readonly target: EngineTarget;
  readonly watch: EngineWatch;
  readonly intervalMs: number;
}

/**
 * Live figures of every running model: one poll per second and model, straight to the model's server, so
 * that a poll counts as no use, wakes nothing and loads nothing. Keeps two minutes of samples.
 */
export class EngineMonitor {
  private readonly watched = new Map<string, Watched>();
  private readonly histories = new Map<string, EngineHistory>();

  constructor(
    private readonly ports: EngineMonitorPorts,
    private readonly historyLimit = 120,
  ) {}

  /** Begins to poll a server that is ready. A model that is polled already is polled anew. */
  start(model: string, target: EngineTarget, intervalMs = DEFAULT_INTERVAL_MS): void {
    void this.watched.get(model)?.watch.stop();
    const history = this.historyOf(model);
    if (history.isEnded) history.restart();
    const watch = new EngineWatch(
      target,
      { intervalMs: clamp(intervalMs), offsetMs: spread(model, clamp(intervalMs)) },
      {
        clock: this.ports.clock,
        http: this.ports.http,
        sampler: history.sampler,
        traffic: () => this.ports.traffic(model),
        onSample: (sample) => this.add(model, sample),
      },
    );
    this.watched.set(model, { target, watch, intervalMs: clamp(intervalMs) });
  }

  /** Ends the polling of a model; its samples stay until the next start. */
  async stop(model: string): Promise<void> {
    const watched = this.watched.get(model);
    this.watched.delete(model);
    const history = this.histories.get(model);
    if (history) history.isEnded = true;
    await watched?.watch.stop();
  }

  /** Ends all polling. */
  async close(): Promise<void> {
    await Promise.all([...this.watched.keys()].map((model) => this.stop(model)));
  }

  /** Forgets a model altogether. */
  async forget(model: string): Promise<void> {
    await this.stop(model);
    this.histories.delete(model);
  }

  /** The model's server has said in its output whether its cache is unified. */
  setUnified(model: string, kvUnified: boolean): void {
    this.watched.get(model)?.watch.setUnified(kvUnified);
  }

  /** Changes the interval of a model that is polled. */
  changeInterval(model: string, intervalMs: number): void {
    const watched = this.watched.get(model);
    if (watched) this.start(model, watched.target, intervalMs);
  }

  /** Models that are polled now. */
  models(): readonly string[] {
    return [...this.watched.keys()];
  }

  /** Version of the engine behind a model that is polled, or null. */
  engineVersion(model: string): string | null {
    return this.watched.get(model)?.watch.engineVersion ?? null;
  }

  /** Interval of a model that is polled, or null. */
  intervalMs(model: string): number | null {
    return this.watched.get(model)?.intervalMs ?? null;
  }

  /** The server of a model that is polled, or null. */
  target(model: string): EngineTarget | null {
    return this.watched.get(model)?.target ?? null;
  }

  /** The newest sample of a running model, or null. */
  latest(model: string): EngineSample | null {
    return this.watched.has(model) ? (this.histories.get(model)?.ring.latest ?? null) : null;
  }

  /** The newest samples, oldest first; of a model that has ended only with `isEndedWanted`. */
  history(model: string, limit: number, isEndedWanted = false): readonly EngineSample[] {
    if (!this.watched.has(model) && !isEndedWanted) return [];
    return this.histories.get(model)?.ring.last(limit) ?? [];
  }

  /** Number of the newest sample; 0 before the first. */
  sequence(model: string): number {
    return this.histories.get(model)?.sequence ?? 0;
  }

  /** Tokens since monitoring began, over all restarts; null for a model never polled. */
  totals(model: string): { readonly generated: number; readonly prompt: number } | null {
    const sampler = this.histories.get(model)?.sampler;
    return sampler ? { generated: sampler.generatedTotal, prompt: sampler.promptTotal } : null;
  }

  private add(model: string, sample: EngineSample): void {
    const watched = this.watched.get(model);
    const history = this.histories.get(model);
    if (!watched || !history) return;
    history.ring.push(sample);
    const sequence = ++history.sequence;
    this.ports.onUpdate({ model, address: watched.target.address, sequence, sample });
  }

  private historyOf(model: string): EngineHistory {
    const history = this.histories.get(model) ?? new EngineHistory(this.historyLimit);
    this.histories.set(model, history);
    return history;
  }
}

function clamp(intervalMs: number): number {
  return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, intervalMs));
}

/** A fixed moment within the interval for each model. */
function spread(model: string, intervalMs: number): number {
  let hash = 0;
  for (const character of model) hash = (hash * 31 + character.codePointAt(0)!) % 1009;
  return (hash / 1009) * intervalMs;
}
