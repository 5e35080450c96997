import { BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ConfigStore, ModelConfig, splitCommand } from '#lib/config';
import { CLOCK, type Clock, type DroverEventEmitter } from '#lib/foundation';
import { isResident, ModelState, ModelStatistics } from '#lib/plugin-api';
import { MODEL_OUTPUT_SINK, type ModelOutputSink } from './model-output-sink.interface.js';
import { ModelProcess, ModelProcessTools } from './model-process.js';
import { PROCESS_RUNTIMES, type ProcessRuntimes } from './process-runtimes.interface.js';
import { ProcessStatistics } from './process-statistics.js';
import { READINESS_PROBE, type ReadinessProbe } from './readiness-probe.interface.js';
import { RunningModel } from './running-model.interface.js';
import { StartOverrides } from './start-overrides.js';

/** One transition of one process. */
export interface ProcessChange {
  readonly model: string;
  readonly from: ModelState;
  readonly to: ModelState;
}

/** Time for everything to stop when nobody has said how long, milliseconds. */
const SHUTDOWN_MS = 30_000;

/**
 * The processes of all configured models. A model that a reload removes keeps its process until
 * that has stopped; until then it is still found here.
 */
@Injectable()
export class ProcessService implements BeforeApplicationShutdown {
  /** Measured load, stop and service times. */
  readonly statistics = new ProcessStatistics();
  /** What the next starts are given beside the configuration. */
  readonly overrides = new StartOverrides();
  private readonly processes = new Map<string, ModelProcess>();
  private readonly removed = new Set<string>();
  private readonly listeners = new Set<(change: ProcessChange) => void>();
  private readonly tools: ModelProcessTools;
  private instances = 0;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    config: ConfigStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
    @Inject(READINESS_PROBE) probe: ReadinessProbe,
    @Inject(MODEL_OUTPUT_SINK) output: ModelOutputSink,
    @Inject(PROCESS_RUNTIMES) runtimes: ProcessRuntimes,
  ) {
    this.tools = {
      runtime: (name) => runtimes.get(name),
      probe,
      clock,
      split: (text) => splitCommand(text, process.platform),
      nextInstance: () => (this.instances += 1),
      output,
      statistics: this.statistics,
      overrides: this.overrides,
      log: new Logger('process'),
    };
    this.replaceConfig(config.current.models);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stopAll(SHUTDOWN_MS);
  }

  /** Ids of all processes, in the order of configuration. */
  ids(): Iterable<string> {
    return this.processes.keys();
  }

  /** The process of a model, by real id. */
  get(model: string): ModelProcess | undefined {
    return this.processes.get(model);
  }

  /** Measured times of a model. */
  times(model: string): ModelStatistics {
    return this.statistics.of(model);
  }

  /** Calls `listener` after every transition of any process; returns the cancellation. */
  onState(listener: (change: ProcessChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Models that hold memory, in byte order of ids. */
  running(): RunningModel[] {
    return [...this.processes.values()]
      .filter(({ state }) => isResident(state))
      .map(({ state, config }) => describe(state, config))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.model), Buffer.from(b.model)));
  }

  /**
   * New settings for all models, in one synchronous stretch. Nothing that runs is stopped here: what
   * reaches a server takes effect at its next start, and a model that is no longer configured
   * vanishes as soon as its server is gone.
   */
  replaceConfig(models: ReadonlyMap<string, ModelConfig>): void {
    for (const settings of models.values()) {
      this.removed.delete(settings.id);
      const known = this.processes.get(settings.id);
      if (known) known.configure(settings);
      else this.add(settings);
    }
    for (const id of [...this.processes.keys()].filter((known) => !models.has(known))) {
      this.removed.add(id);
      this.dropIfStopped(id);
    }
  }

  /**
   * Stops everything, for good: each server gets what is left of the budget as its grace, at least
   * 1 ms. Resolves when all are gone or given up; a second call with less time
   * hurries the first.
   */
  async stopAll(budgetMs: number): Promise<void> {
    const stop = { graceMs: Math.max(1, budgetMs), reason: 'shutdown' };
    const ends = [...this.processes.values()].flatMap((process) => [
      process.stop(stop),
      // A start is interrupted with a grace of its own; the second call hurries it.
      process.stop(stop),
      process.dispose(),
    ]);
    await Promise.all(ends);
  }

  private add(settings: ModelConfig): void {
    const process = new ModelProcess(settings, this.tools);
    this.processes.set(settings.id, process);
    process.onState((from, to) => this.changed({ model: settings.id, from, to }));
  }

  private changed(change: ProcessChange): void {
    for (const listener of Array.from(this.listeners)) listener(change);
    const exit = change.to === 'stopped' ? this.get(change.model)?.lastExit : null;
    this.events.emit('model.state', { ...change, exit: exit ?? null, atMs: this.clock.wallMs() });
    if (change.to === 'stopped') this.dropIfStopped(change.model);
  }

  private dropIfStopped(id: string): void {
    const process = this.processes.get(id);
    if (!this.removed.has(id) || process?.state !== 'stopped') return;
    this.processes.delete(id);
    this.removed.delete(id);
    void process.dispose();
  }
}

function describe(state: ModelState, config: ModelConfig): RunningModel {
  const { id, cmd, proxy, ttl, name, description } = config;
  return { model: id, state, cmd, proxy, ttl, name, description };
}
