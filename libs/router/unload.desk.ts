import { RequestScheduler } from '#lib/plugin-api';
import { EventLoop } from './event-loop.js';
import { shuttingDown } from './router-errors.js';

interface UnloadJob {
  readonly models: readonly string[];
  /** Stops the processes; resolves when they are gone. */
  readonly stop: () => Promise<unknown>;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Unloads in their order of arrival: the scheduler gives up swaps and waiters of all targets first,
 * then the stops run outside the loop, and only the caller of the unload waits for them.
 */
export class UnloadDesk {
  private readonly putOff: UnloadJob[] = [];
  private readonly jobs = new Set<UnloadJob>();
  private readonly leaving = new Map<string, number>();
  private closed = false;

  constructor(
    private readonly loop: EventLoop,
    private readonly scheduler: () => RequestScheduler,
  ) {}

  /** Whether an unload of this model is under way or put off. */
  covers(model: string): boolean {
    return this.leaving.has(model);
  }

  /** An event of the loop. Resolves when the models have stopped. */
  unload(models: readonly string[], stop: () => Promise<unknown>): Promise<void> {
    if (this.closed) return Promise.reject(shuttingDown());
    const job = { models, stop, done: Promise.withResolvers<void>() };
    for (const model of models) this.leaving.set(model, (this.leaving.get(model) ?? 0) + 1);
    this.putOff.push(job);
    this.jobs.add(job);
    if (this.scheduler().unload(models) !== 'later') this.resume();
    return job.done.promise;
  }

  /** Begins the oldest unload that was put off. */
  resume(): void {
    const job = this.putOff.shift();
    if (!job) return;
    job.stop().then(
      () => this.loop.dispatch(() => this.end(job, null)),
      (error: unknown) => this.loop.dispatch(() => this.end(job, error)),
    );
  }

  /** Tells a scheduler that takes over of every unload; those that were put off begin. */
  restate(scheduler: RequestScheduler): void {
    for (const { models } of this.jobs) scheduler.unload(models);
    while (this.putOff.length > 0) this.resume();
  }

  /** Refuses everything that is put off and whatever comes. */
  close(): void {
    this.closed = true;
    for (const job of this.putOff.splice(0)) job.done.reject(shuttingDown());
  }

  private end(job: UnloadJob, error: unknown): void {
    const { models, done } = job;
    this.jobs.delete(job);
    for (const model of models) {
      const count = (this.leaving.get(model) ?? 1) - 1;
      if (count === 0) this.leaving.delete(model);
      else this.leaving.set(model, count);
    }
    if (!this.closed) this.scheduler().unloadDone(models);
    if (error === null) done.resolve();
    else done.reject(error);
  }
}
