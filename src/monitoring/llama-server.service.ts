import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ConfigStore } from '#lib/config';
import { DroverError, type DroverEventEmitter } from '#lib/foundation';
import { isResident, RuntimeExit } from '#lib/plugin-api';
import { ProcessService, StartOverride } from '#lib/process';
import { RouterService } from '#lib/router';

/** How a start was answered at once. */
export interface StartAnswer {
  readonly isRunningAlready: boolean;
  /** Whether this is the start that an override is for. */
  readonly isOverridden: boolean;
  /** Resolves when the model is ready. */
  readonly ready: Promise<void>;
}

/** How a stop went. */
export interface StopOutcome {
  /** False: there was nothing to stop. */
  readonly wasRunning: boolean;
  /** How the server has ended; null when nobody knows. */
  readonly exit: RuntimeExit | null;
}

/**
 * Starts and stops models on request. The number of models that explicit starts may bring to is
 * limited; requests that come through the proxy swap as usual and are not.
 */
@Injectable()
export class LlamaServerService {
  /** Models whose start has been accepted and whose process does not show it yet. */
  private readonly accepted = new Set<string>();

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly router: RouterService,
    private readonly processes: ProcessService,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {}

  /** Most models that may run after an explicit start; 0 for no limit. */
  get maxParallelModels(): number {
    return this.config.current.monitoring.maxParallelModels;
  }

  /**
   * Starts a model as a request for it would. The limit is checked and the start begins in one
   * stretch, so that starts at the same time cannot exceed it. An override is for this start only;
   * a model that runs or starts already keeps what it was started with.
   *
   * @throws DroverError MODEL_STOPPING, MAX_PARALLEL_MODELS
   */
  startModel(
    model: string,
    signal: AbortSignal,
    override: StartOverride | null = null,
  ): StartAnswer {
    const state = this.processes.get(model)?.state ?? 'stopped';
    const ready = Promise.resolve();
    if (state === 'ready') return { isRunningAlready: true, isOverridden: false, ready };
    if (state === 'stopping') {
      throw new DroverError('MODEL_STOPPING', `${model} is being stopped`);
    }
    if (state !== 'starting') this.checkLimit(model);
    this.events.emit('model.ordered', { action: 'load', model });
    const isOverridden = override !== null && state === 'stopped';
    if (isOverridden) this.processes.overrides.set(model, override);
    const loaded = this.load(model, signal, override);
    loaded.catch(() => undefined);
    return { isRunningAlready: false, isOverridden, ready: loaded };
  }

  /** Stops a model; resolves when it is gone. */
  async stopModel(model: string, graceMs: number): Promise<StopOutcome> {
    const process = this.processes.get(model);
    const state = process?.state ?? 'stopped';
    if (!isResident(state)) return { wasRunning: false, exit: null };
    this.events.emit('model.ordered', { action: 'unload', model });
    const stopped = [this.router.unload([model], graceMs)];
    // A start is interrupted with a grace of its own; the second call hurries it.
    if (state === 'starting') stopped.push(this.router.unload([model], graceMs));
    await Promise.all(stopped);
    return { wasRunning: true, exit: process?.lastExit ?? null };
  }

  /** Whether the model's process holds memory. */
  isRunning(model: string): boolean {
    return isResident(this.processes.get(model)?.state ?? 'stopped');
  }

  /** Models that hold memory or are about to, in byte order of ids. */
  running(): readonly string[] {
    const resident = this.processes.running().map(({ model }) => model);
    return [...new Set([...resident, ...this.accepted])].toSorted();
  }

  private async load(
    model: string,
    signal: AbortSignal,
    override: StartOverride | null,
  ): Promise<void> {
    this.accepted.add(model);
    try {
      await this.router.load(model, signal);
    } finally {
      this.accepted.delete(model);
      if (override) this.processes.overrides.drop(model, override);
    }
  }

  /** What stays when the swap rules have made room for the model counts towards the limit. */
  private checkLimit(model: string): void {
    const limit = this.maxParallelModels;
    if (limit <= 0) return;
    const running = this.running().filter((other) => other !== model);
    const staying = running.filter((other) => this.router.canRunTogether([other, model]));
    if (staying.length < limit) return;
    this.events.emit('model.start-refused', { model });
    const message = `max parallel models reached (${running.length} of ${limit} running)`;
    throw new DroverError('MAX_PARALLEL_MODELS', message, { retryAfterSeconds: 5 });
  }
}
