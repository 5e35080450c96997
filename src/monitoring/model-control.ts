import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, DroverError } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { StartOverride } from '#lib/process';
import { errorEnvelope } from '../http/error-answer.js';
import { LlamaServerService } from './llama-server.service.js';
import { ModelStatusService } from './model-status.service.js';
import { ModelNames } from './model-names.js';

/** How a start is to be answered. */
export interface StartOptions {
  /** Answer only when the model is ready. */
  readonly wait: boolean;
  /** Longest wait; 0 for the model's own limit. */
  readonly timeoutMs: number;
  /** What this start is given beside the configuration; null: nothing. */
  readonly override: StartOverride | null;
}

/** An answer with its status. */
export interface ControlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: object;
}

const LOG_TAIL_LINES = 20;

/** Starts and stops models in the terms of the control API. */
@Injectable()
export class ModelControl {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly servers: LlamaServerService,
    private readonly status: ModelStatusService,
    private readonly names: ModelNames,
    private readonly logs: LogService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** See `POST /models/:name/start`. */
  async start(name: string, options: StartOptions): Promise<ControlAnswer> {
    const { wait, timeoutMs, override } = options;
    const model = this.names.local(name);
    const given = new AbortController();
    let start: ReturnType<LlamaServerService['startModel']>;
    try {
      start = this.servers.startModel(model, given.signal, override);
    } catch (error) {
      return this.refused(error);
    }
    const applied = override && { overridesApplied: start.isOverridden };
    const place = (): object => ({ ...this.place(model), ...applied });
    if (start.isRunningAlready) return ok(200, { ...place(), alreadyRunning: true });
    if (!wait) return ok(202, { ...place(), state: 'starting' });
    const cancelTimer = timeoutMs > 0 ? this.clock.after(timeoutMs, () => given.abort()) : null;
    try {
      await start.ready;
      return ok(200, place());
    } catch (error) {
      return this.startFailed(model, error, given.signal.aborted);
    } finally {
      cancelTimer?.();
    }
  }

  /** See `POST /models/:name/stop`. */
  async stop(
    name: string,
    { isForced, graceMs }: { readonly isForced: boolean; readonly graceMs: number },
  ): Promise<object> {
    const model = this.names.local(name);
    // No grace at all stands for the usual one.
    const leastMs = Math.max(1, graceMs);
    const { wasRunning, exit } = await this.servers.stopModel(model, leastMs);
    const answer = { modelName: model, state: 'stopped' };
    if (!wasRunning) return { ...answer, alreadyStopped: true };
    const { code: exitCode = null, signal = null } = exit ?? {};
    return { ...answer, forced: isForced || signal === 'SIGKILL', exitCode, signal };
  }

  private place(model: string): object {
    const { state, pid, host, port } = this.status.of(model);
    return { modelName: model, state, pid, host, port };
  }

  private refused(error: unknown): ControlAnswer {
    if (!(error instanceof DroverError) || error.code !== 'MAX_PARALLEL_MODELS') throw error;
    return {
      status: error.entry.status,
      headers: { 'Retry-After': String(error.retryAfterSeconds ?? 5) },
      answer: {
        ...errorEnvelope(error),
        running: this.servers.running(),
        maxParallelModels: this.servers.maxParallelModels,
      },
    };
  }

  private startFailed(model: string, error: unknown, isTimeout: boolean): ControlAnswer {
    const failure = isTimeout
      ? new DroverError('HEALTH_CHECK_TIMEOUT', `${model} is not ready in time; it goes on loading`)
      : error;
    if (!(failure instanceof DroverError)) throw failure;
    const status = failure.entry.status === 504 ? 504 : 500;
    const text = Buffer.from(this.logs.model(model).history()).toString('utf8');
    const logTail = text.trimEnd().split('\n').slice(-LOG_TAIL_LINES);
    return { status, headers: {}, answer: { ...errorEnvelope(failure), logTail } };
  }
}

function ok(status: number, answer: object): ControlAnswer {
  return { status, headers: {}, answer };
}
