import { VirtualClock } from '#lib/foundation';
import { Planner, SchedulerPlugin } from '#lib/plugin-api';
import { MemorySource } from '../memory-source.interface.js';
import { RouterCore } from '../router.core.js';
import { Lease } from '../router.interface.js';
import { RoutedModel, RouterSettings } from '../router-settings.interface.js';
import { FakeProcess } from './fake-process.js';
import { FakeProcesses } from './fake-processes.js';

/** Settings of one model that differ from the rig's. */
export type RigModel = Partial<RoutedModel>;

/** What a {@link RouterRig} is made of. */
export interface RigOptions {
  readonly models: Readonly<Record<string, RigModel>>;
  readonly planner: Planner;
  readonly scheduler: SchedulerPlugin;
  readonly schedulerSettings?: unknown;
  /** Takes over when the scheduler was cut off. */
  readonly fallback?: SchedulerPlugin;
  readonly ready?: readonly string[];
  readonly memory?: MemorySource;
  readonly clock?: VirtualClock;
  /** False: what is logged is kept in {@link RouterRig.logged} instead of failing the test. */
  readonly strictLog?: boolean;
}

/** How one request of a test has gone. */
export interface RigRequest {
  readonly model: string;
  readonly client: AbortController;
  lease: Lease | null;
  /** Code of the error that ended it. */
  error: string | null;
  /** Whether the lease came back in the same stretch. */
  immediate: boolean;
}

/** A router over fake processes and a virtual clock. */
export class RouterRig {
  readonly clock: VirtualClock;
  readonly processes: FakeProcesses;
  readonly core: RouterCore;
  readonly logged: string[] = [];

  constructor(private readonly options: RigOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.processes = new FakeProcesses(Object.keys(options.models));
    for (const model of options.ready ?? []) this.processes.fake(model).beReady();
    const write = (message: string): void => void this.logged.push(message);
    this.core = new RouterCore(this.settings(options.models), {
      clock: this.clock,
      processes: this.processes,
      scheduler: options.scheduler,
      fallbackScheduler: options.fallback ?? null,
      memory: options.memory ?? null,
      log: { log: write, warn: write, error: write },
    });
  }

  settings(models: RigOptions['models'], planner = this.options.planner): RouterSettings {
    const routed = Object.entries(models).map(([id, model]): [string, RoutedModel] => [
      id,
      {
        priority: 0,
        concurrencyLimit: 10,
        queueLimit: null,
        ttlMs: 0,
        unloadTimeoutMs: 10_000,
        memory: null,
        ...model,
      },
    ]);
    const { schedulerSettings = null } = this.options;
    return { models: new Map(routed), planner, schedulerSettings };
  }

  process(model: string): FakeProcess {
    return this.processes.fake(model);
  }

  /** Sends a request and keeps track of it. */
  request(model: string, onPosition?: (position: number) => void): RigRequest {
    const client = new AbortController();
    const request: RigRequest = { model, client, lease: null, error: null, immediate: false };
    const result = this.core.acquire({ model, signal: client.signal, onPosition });
    if (result instanceof Promise) {
      result.then(
        (lease) => (request.lease = lease),
        (error: { code?: string }) => (request.error = error.code ?? 'no code'),
      );
    } else {
      Object.assign(request, { lease: result, immediate: true });
    }
    return request;
  }

  /** Lets everything happen that needs no time. */
  settle(): Promise<void> {
    return this.clock.advanceAsync(0);
  }

  /** Opens the gate of a start and lets the consequences happen. */
  async ready(model: string): Promise<void> {
    this.process(model).becomeReady();
    await this.settle();
  }

  /** Opens the gate of a stop and lets the consequences happen. */
  async stopped(model: string): Promise<void> {
    this.process(model).finishStop();
    await this.settle();
  }

  /** Ends a request that was granted. */
  async done(request: RigRequest): Promise<void> {
    request.lease?.release();
    await this.settle();
  }

  /** Swaps that are under way, as `target<-victim,victim`. */
  swaps(): string[] {
    const { swaps } = this.core.snapshot().scheduler;
    return swaps.map(({ target, evict }) => `${target}<-${evict.join(',')}`);
  }
}
