import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { CLOCK, type Clock } from '#lib/foundation';
import { LogReader, LogService } from '#lib/logs';
import { LoadProgressReader, LoadStage } from '#lib/monitor';
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

interface Load {
  readonly startedMs: number;
  readonly output: LogReader;
  readonly progress: LoadProgressReader;
}

/** What an estimate ends at: only readiness is 100 %. */
const MOST_ESTIMATED = 99;

/** Reads the output of each server while it is being loaded, for how far it is. */
@Injectable()
export class LoadProgressService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loads = new Map<string, Load>();
  private unsubscribe: (() => void) | null = null;

  constructor(
    private readonly processes: ProcessService,
    private readonly logs: LogService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.unsubscribe = this.processes.onState(({ model, to }) => {
      this.end(model);
      if (to === 'starting') this.begin(model);
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
    for (const model of this.loads.keys()) this.end(model);
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
  }

  private end(model: string): void {
    this.loads.get(model)?.output.close();
    this.loads.delete(model);
  }
}

async function follow({ output, progress }: Load): Promise<void> {
  for await (const piece of output) progress.push(piece);
}
