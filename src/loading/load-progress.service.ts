import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { CancelTimer, CLOCK, type Clock } from '#lib/foundation';
import { LogReader, LogService } from '#lib/logs';
import { LoadProgressReader, LoadStage } from '#lib/monitor';
import { ModelState } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';

/** How far the load of one model is. */
export interface LoadProgress {
  /** Null: the server has not told. */
  readonly stage: LoadStage | null;
  /** Share of the stage, or of the whole load where it is estimated; 0 to 100. Null: not known. */
  readonly percent: number | null;
  /** `log`: the server's own output; `history`: elapsed time against earlier loads. */
  readonly source: 'log' | 'history' | null;
  readonly elapsedMs: number;
  /** How long loads of this model have taken; null until one has been measured. */
  readonly expectedMs: number | null;
}

/** A step of a load, as it is told. */
export interface LoadUpdate extends LoadProgress {
  readonly modelName: string;
  /** `starting`, then once `ready`, or `stopped` when the load has failed or was given up. */
  readonly state: ModelState;
}

interface Load {
  readonly startedMs: number;
  readonly output: LogReader;
  readonly progress: LoadProgressReader;
}

/** What an estimate ends at: only readiness is 100 %. */
const MOST_ESTIMATED = 99;

/** How often a load that is under way is told of, milliseconds. */
const TELL_EVERY_MS = 1000;

/** Reads the output of each server while it is being loaded, for how far it is. */
@Injectable()
export class LoadProgressService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loads = new Map<string, Load>();
  private readonly listeners = new Set<(update: LoadUpdate) => void>();
  private cancelTicks: CancelTimer | null = null;
  private unsubscribe: (() => void) | null = null;

  constructor(
    private readonly processes: ProcessService,
    private readonly logs: LogService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.unsubscribe = this.processes.onState(({ model, to }) => {
      this.finish(model, to);
      if (to === 'starting') this.begin(model);
    });
  }

  /** Calls `listener` every second with each load under way, and with its end; the result ends that. */
  onProgress(listener: (update: LoadUpdate) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
    for (const model of this.loads.keys()) this.end(model);
    this.cancelTicks?.();
  }

  /** How far the load of a model is; null when it is not being loaded. */
  of(model: string): LoadProgress | null {
    const load = this.loads.get(model);
    if (!load) return null;
    const elapsedMs = this.clock.nowMs() - load.startedMs;
    const expectedMs = this.processes.times(model).loadMs;
    const times = {
      elapsedMs: Math.round(elapsedMs),
      expectedMs: expectedMs === null ? null : Math.round(expectedMs),
    };
    const { current } = load.progress;
    if (current && current.percent !== null) return { ...current, source: 'log', ...times };
    const stage = current?.stage ?? null;
    if (!expectedMs) return { stage, percent: null, source: stage && 'log', ...times };
    const percent = Math.min(MOST_ESTIMATED, (elapsedMs / expectedMs) * 100);
    return { stage, percent, source: 'history', ...times };
  }

  private begin(model: string): void {
    const load = {
      startedMs: this.clock.nowMs(),
      output: this.logs.model(model).open({ history: false }),
      progress: new LoadProgressReader(),
    };
    this.loads.set(model, load);
    void follow(load);
    this.tell(model, 'starting');
    this.cancelTicks ??= this.clock.every(TELL_EVERY_MS, () => {
      for (const loading of this.loads.keys()) this.tell(loading, 'starting');
    });
  }

  private finish(model: string, state: ModelState): void {
    this.tell(model, state);
    this.end(model);
    if (this.loads.size > 0) return;
    this.cancelTicks?.();
    this.cancelTicks = null;
  }

  private tell(modelName: string, state: ModelState): void {
    if (this.listeners.size === 0) return;
    const progress = this.of(modelName);
    if (!progress) return;
    const percent = state === 'ready' ? 100 : progress.percent;
    for (const listener of this.listeners) listener({ modelName, state, ...progress, percent });
  }

  private end(model: string): void {
    this.loads.get(model)?.output.close();
    this.loads.delete(model);
  }
}

async function follow({ output, progress }: Load): Promise<void> {
  for await (const piece of output) progress.push(piece);
}
