import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { isResident } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { RouterService } from '#lib/router';

/** How a start was answered at once. */
export interface StartAnswer {
  readonly isRunningAlready: boolean;
  /** Resolves when the model is ready. */
  readonly ready: Promise<void>;
}

/**
 * Starts and stops models on request. The number of models that explicit starts may bring to is
 * limited; requests that come through the proxy swap as usual and are not.
 */
@Injectable()
export class LlamaServerService {
  /** Models whose start has been accepted and whose process does not show it yet. */
  private readonly accepted = new Set<string>();

  constructor(
    private readonly config: ConfigStore,
    private readonly router: RouterService,
    private readonly processes: ProcessService,
  ) {}

  /** Most models that may run after an explicit start; 0 for no limit. */
  get maxParallelModels(): number {
    return this.config.current.monitoring.maxParallelModels;
  }

  /**
   * Starts a model as a request for it would. The limit is checked and the start begins in one
   * stretch, so that starts at the same time cannot exceed it.
   *
   * @throws DroverError MODEL_STOPPING, MAX_PARALLEL_MODELS
   */
  startModel(model: string, signal: AbortSignal): StartAnswer {
    const state = this.processes.get(model)?.state ?? 'stopped';
    if (state === 'ready') return { isRunningAlready: true, ready: Promise.resolve() };
    if (state === 'stopping') {
      throw new DroverError('MODEL_STOPPING', `${model} is being stopped`);
    }
    if (state !== 'starting') this.checkLimit(model);
    this.accepted.add(model);
    const ready = this.router.load(model, signal).finally(() => this.accepted.delete(model));
    ready.catch(() => undefined);
    return { isRunningAlready: false, ready };
  }

  /** Stops a model; resolves when it is gone. False: it was not running. */
  async stopModel(model: string, graceMs: number): Promise<boolean> {
    const state = this.processes.get(model)?.state ?? 'stopped';
    if (!isResident(state)) return false;
    await this.router.unload([model], graceMs);
    return true;
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

  /** What stays when the swap rules have made room for the model counts towards the limit. */
  private checkLimit(model: string): void {
    const limit = this.maxParallelModels;
    if (limit <= 0) return;
    const running = this.running().filter((other) => other !== model);
    const staying = running.filter((other) => this.router.canRunTogether([other, model]));
    if (staying.length < limit) return;
    const message = `max parallel models reached (${running.length} of ${limit} running)`;
    throw new DroverError('MAX_PARALLEL_MODELS', message, { retryAfterSeconds: 5 });
  }
}
