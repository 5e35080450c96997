import {
  Inject,
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { CLOCK, type Clock } from '#lib/foundation';
import { PROCESS_TREES, ProcessTree, type ProcessTreeReader } from '#lib/monitor';
import { isResident } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { PerformanceService } from '../performance/performance.service.js';

/** A reading younger than this is good enough for a question. */
const FRESH_MS = 1000;

interface Reading {
  readonly atMs: number;
  /** Processes that were asked for. */
  readonly roots: ReadonlySet<number>;
  readonly trees: ReadonlyMap<number, ProcessTree>;
}

/**
 * Knows what the models' processes use: read with each sample of the machine, when a model is ready, and
 * when asked for.
 */
@Injectable()
export class ProcessUseService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('monitor');
  private reading: Reading | null = null;
  private underWay: Promise<void> | null = null;
  private hasFailed = false;
  private ends: readonly (() => void)[] = [];

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly processes: ProcessService,
    private readonly performance: PerformanceService,
    @Inject(PROCESS_TREES) private readonly trees: ProcessTreeReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.ends = [
      this.performance.onSample(() => void this.refresh()),
      this.processes.onState(({ to }) => {
        if (to === 'ready' && this.performance.monitor.isEnabled) void this.refresh();
      }),
    ];
  }

  async onModuleDestroy(): Promise<void> {
    for (const end of this.ends) end();
    await this.underWay;
  }

  /** What the processes of a running model used at the last reading, or null. */
  of(model: string): ProcessTree | null {
    const pid = this.pidOf(model);
    return pid === null ? null : (this.reading?.trees.get(pid) ?? null);
  }

  /** Reads anew unless that has just been done; resolves when {@link of} tells the present. */
  async refresh(): Promise<void> {
    if (this.isFresh()) return;
    this.underWay ??= this.read().finally(() => {
      this.underWay = null;
    });
    await this.underWay;
  }

  /** Young enough, and nothing has been started since. */
  private isFresh(): boolean {
    const { reading } = this;
    if (!reading || this.clock.nowMs() - reading.atMs >= FRESH_MS) return false;
    return this.pids().every((pid) => reading.roots.has(pid));
  }

  private pids(): readonly number[] {
    return [...this.processes.ids()].flatMap((model) => this.pidOf(model) ?? []);
  }

  private async read(): Promise<void> {
    const atMs = this.clock.nowMs();
    const pids = this.pids();
    try {
      this.reading = { atMs, roots: new Set(pids), trees: await this.trees.read(pids) };
      this.hasFailed = false;
    } catch (error) {
      if (!this.hasFailed) this.log.warn(`the models' processes cannot be read: ${String(error)}`);
      this.hasFailed = true;
      this.reading = null;
    }
  }

  private pidOf(model: string): number | null {
    const found = this.processes.get(model);
    const pid = found && isResident(found.state) ? found.details['pid'] : null;
    return typeof pid === 'number' ? pid : null;
  }
}
