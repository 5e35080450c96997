import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  OnApplicationBootstrap,
} from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CancelTimer, CLOCK, type Clock } from '#lib/foundation';
import { ProcessService } from '#lib/process';
import { MemoryLedger, RouterService } from '#lib/router';
import { LearnedModels } from './learned-figures.interface.js';
import { LearnedFile } from './learned.file.js';

const SAVE_EVERY_MS = 60_000;

/**
 * Keeps load, stop and service times and memory needs across restarts, in a file beside the activity
 * store; without `store.path` nothing is written.
 */
@Injectable()
export class LearnedFigures implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('learning');
  private readonly file: LearnedFile | null;
  private ends: readonly CancelTimer[] = [];

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    config: ConfigStore,
    private readonly processes: ProcessService,
    private readonly router: RouterService,
    private readonly memory: MemoryLedger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const { storePath } = config.current;
    this.file = storePath === null ? null : new LearnedFile(`${storePath}.learned.json`);
  }

  onApplicationBootstrap(): void {
    this.restore(this.file?.read() ?? new Map());
    const { statistics } = this.processes;
    const ends = [
      this.processes.onState(({ model, to }) => this.memory.changed(model, to)),
      this.router.observe({
        released: ({ model, servedMs }) => statistics.record(model, 'serviceMs', servedMs),
      }),
    ];
    if (this.file) ends.push(this.clock.every(SAVE_EVERY_MS, () => void this.save()));
    this.ends = ends;
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const end of this.ends) end();
    this.memory.close();
    await this.save();
  }

  private restore(models: LearnedModels): void {
    this.processes.statistics.restore(models);
    const needs = [...models].flatMap(([id, { memory }]) =>
      memory ? [[id, memory] as const] : [],
    );
    this.memory.restore(new Map(needs));
  }

  private async save(): Promise<void> {
    const times = this.processes.statistics.snapshot();
    const needs = this.memory.snapshot();
    const ids = [...new Set([...times.keys(), ...needs.keys()])];
    const models = ids.map((id) => {
      const { loadMs, stopMs, serviceMs } = this.processes.times(id);
      return [id, { loadMs, stopMs, serviceMs, memory: needs.get(id) ?? null }] as const;
    });
    try {
      await this.file?.write(new Map(models));
    } catch (error) {
      this.log.warn(`cannot keep what was learned: ${String(error)}`);
    }
  }
}
