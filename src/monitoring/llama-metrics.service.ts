import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CLOCK, type Clock } from '#lib/foundation';
import { LogService } from '#lib/logs';
import {
  ENGINE_HTTP,
  type EngineHttp,
  EngineMonitor,
  EngineSample,
  EngineTarget,
  EngineUpdate,
  engineKey,
  layoutOfLogLine,
} from '#lib/monitor';
import { ProcessService } from '#lib/process';
import { ActivityService } from '../activity/activity.service.js';

/** Told about each sample of each model. */
export type UpdateListener = (update: EngineUpdate) => void;

/** Most samples that are kept per model. */
export const HISTORY_LIMIT = 120;

/**
 * Live figures of the running models: polls each server from the moment it is ready to its end.
 * Servers that somebody else runs can be registered beside them.
 */
@Injectable()
export class LlamaMetricsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly monitor: EngineMonitor;
  private readonly listeners = new Set<UpdateListener>();
  private readonly starts = new Map<string, { readonly wallMs: number; readonly nowMs: number }>();
  private readonly errors = new Map<string, Map<string, number>>();
  private readonly unpolled = new Set<string>();
  private unsubscribe: (() => void) | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly processes: ProcessService,
    private readonly logs: LogService,
    activity: ActivityService,
    @Inject(ENGINE_HTTP) http: EngineHttp,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.monitor = new EngineMonitor(
      {
        clock,
        http,
        traffic: (model) => activity.traffic(model),
        onUpdate: (update) => this.announce(update),
      },
      HISTORY_LIMIT,
    );
  }

  onApplicationBootstrap(): void {
    this.unsubscribe = this.processes.onState(({ model, from, to }) => {
      if (to === 'ready') this.begin(model);
      else if (from === 'ready') this.end(model);
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.unsubscribe?.();
    await this.monitor.close();
  }

  /** Begins to poll a server that somebody else runs. */
  registerModel(model: string, target: EngineTarget, intervalMs?: number): void {
    this.starts.set(model, { wallMs: this.clock.wallMs(), nowMs: this.clock.nowMs() });
    this.monitor.start(model, target, intervalMs);
  }

  /** Ends the polling of a registered server and forgets its samples. */
  async unregisterModel(model: string): Promise<void> {
    this.starts.delete(model);
    await this.monitor.forget(model);
  }

  /** Polls a running model, at another interval where one is given. */
  startPolling(model: string, intervalMs: number): void {
    this.unpolled.delete(model);
    if (this.monitor.intervalMs(model) !== null) this.monitor.changeInterval(model, intervalMs);
    else if (this.processes.get(model)?.state === 'ready') this.begin(model, intervalMs);
  }

  /** Stops polling a model until told otherwise. */
  async stopPolling(model: string): Promise<void> {
    this.unpolled.add(model);
    await this.monitor.stop(model);
  }

  /** Calls `listener` with each sample from now on; the result ends that. */
  onUpdate(listener: UpdateListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The newest sample of a running model, or null. */
  latest(model: string): EngineSample | null {
    return this.monitor.latest(model);
  }

  /** The newest samples, oldest first; of a model that has ended only when that is wanted. */
  history(model: string, limit = HISTORY_LIMIT, isEndedWanted = false): readonly EngineSample[] {
    return this.monitor.history(model, limit, isEndedWanted);
  }

  /** Version of the engine behind a model that is polled, or null. */
  engineVersion(model: string): string | null {
    return this.monitor.engineVersion(model);
  }

  /** Interval of a model that is polled, or null. */
  intervalMs(model: string): number | null {
    return this.monitor.intervalMs(model);
  }

  /** The server of a model that is polled, or null. */
  target(model: string): EngineTarget | null {
    return this.monitor.target(model);
  }

  /** Address of a model that is polled, or null. */
  address(model: string): URL | null {
    return this.target(model)?.address ?? null;
  }

  /** Models that are polled. */
  models(): readonly string[] {
    return this.monitor.models();
  }

  /** Tokens over all restarts of the engine. */
  totals(model: string): { readonly generated: number; readonly prompt: number } | null {
    return this.monitor.totals(model);
  }

  /** Wall-clock time at which the running server became ready, or null. */
  startedMs(model: string): number | null {
    return this.starts.get(model)?.wallMs ?? null;
  }

  /** For how long the running server has been ready, milliseconds; null when there is none. */
  upMs(model: string): number | null {
    const start = this.starts.get(model);
    return start ? this.clock.nowMs() - start.nowMs : null;
  }

  /** Failed polls so far, by reason. */
  pollErrors(model: string): ReadonlyMap<string, number> {
    return this.errors.get(model) ?? new Map();
  }

  private begin(model: string, intervalMs?: number): void {
    const { upstream: address, argv } = this.processes.get(model) ?? {};
    const config = this.config.current.models.get(model);
    if (!address || !argv || !config) return;
    this.starts.set(model, { wallMs: this.clock.wallMs(), nowMs: this.clock.nowMs() });
    if (this.unpolled.has(model)) return;
    const apiKey = engineKey(argv, config.env);
    this.monitor.start(model, { address, apiKey, argv }, intervalMs);
    const kvUnified = this.layoutFromLog(model);
    if (kvUnified !== null) this.monitor.setUnified(model, kvUnified);
  }

  private end(model: string): void {
    this.starts.delete(model);
    void this.monitor.stop(model);
  }

  /** What the server itself has printed about its cache at its last start. */
  private layoutFromLog(model: string): boolean | null {
    const text = Buffer.from(this.logs.model(model).history()).toString('utf8');
    const layouts = text.split('\n').map(layoutOfLogLine);
    return layouts.findLast((layout) => layout !== null)?.kvUnified ?? null;
  }

  private announce(update: EngineUpdate): void {
    const { model, sample } = update;
    if (!sample.ok) this.countError(model, sample.error ?? 'error');
    for (const listener of this.listeners) listener(update);
  }

  private countError(model: string, reason: string): void {
    const errors = this.errors.get(model) ?? new Map<string, number>();
    this.errors.set(model, errors);
    const label = /^[A-Za-z_]{1,40}$/.test(reason) ? reason : 'bad_answer';
    errors.set(label, (errors.get(label) ?? 0) + 1);
  }
}
