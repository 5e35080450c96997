import { Controller, Get, Inject } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { type Clock, CLOCK, formatRfc3339 } from '#lib/foundation';
import { ModelState, WaitReason } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { RoutedModelSnapshot, RouterService } from '#lib/router';
import { LoadProgress, LoadProgressService } from '../loading/load-progress.service.js';
import { Documented } from '../openapi/documented.decorator.js';
import { MODELS_SCHEMA, QUEUE_SCHEMA } from './overview.schemas.js';

/** One request that waits in the queue. */
export interface QueuedView {
  readonly id: number;
  readonly model: string;
  /** 1-based, in the order of service. */
  readonly position: number;
  readonly waitedMs: number;
  /** Null when the scheduler does not say. */
  readonly reason: WaitReason | null;
}

/** A swap under way. */
export interface SwapView {
  readonly id: number;
  readonly target: string;
  readonly evict: readonly string[];
  /** Ids of the requests that wait for it. */
  readonly waiters: readonly number[];
}

/** One local model and its process. Unknown is null. */
export interface ModelView {
  readonly id: string;
  readonly state: ModelState;
  readonly inFlight: number;
  readonly waiting: number;
  /** Since its last request or, without one, since it became ready. */
  readonly idleMs: number | null;
  readonly loadMs: number | null;
  readonly stopMs: number | null;
  readonly serviceMs: number | null;
  readonly upstream: string | null;
  /** RFC 3339. */
  readonly readyAt: string | null;
  /** What the runtime tells, such as a process id; null without a process. */
  readonly process: Readonly<Record<string, string | number>> | null;
  /** Idle time after which it is unloaded; null: never. */
  readonly ttlMs: number | null;
  /** Time left until then, and when that is, RFC 3339; null while it is in use or not ready. */
  readonly unloadInMs: number | null;
  readonly unloadAt: string | null;
  /** How far its load is; null when it is not being loaded. */
  readonly load: LoadProgress | null;
}

/** What the router and the processes are doing at this moment. */
@Controller('api/v1')
export class OverviewController {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly router: RouterService,
    private readonly processes: ProcessService,
    private readonly config: ConfigStore,
    private readonly loads: LoadProgressService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('queue')
  @Documented({
    summary: 'What waits, in the order of service, why, and the swaps under way.',
    answer: QUEUE_SCHEMA,
  })
  queue(): { waiting: QueuedView[]; swaps: readonly SwapView[] } {
    const { queue, swaps, waitReasons } = this.router.snapshot().scheduler;
    const nowMs = this.clock.nowMs();
    const waiting = queue.map(({ id, model, arrivedMs }, index) => ({
      id,
      model,
      position: index + 1,
      waitedMs: Math.round(nowMs - arrivedMs),
      reason: waitReasons?.get(model) ?? null,
    }));
    return { waiting, swaps };
  }

  @Get('models')
  @Documented({ summary: 'The local models and their processes.', answer: MODELS_SCHEMA })
  models(): { models: ModelView[] } {
    return { models: this.router.snapshot().models.map((model) => this.viewOf(model)) };
  }

  private viewOf({ model, lastUsedMs, ...figures }: RoutedModelSnapshot): ModelView {
    const process = this.processes.get(model);
    const isIdle = figures.state === 'ready' && figures.inFlight === 0 && lastUsedMs !== null;
    const idleMs = isIdle ? Math.round(this.clock.nowMs() - lastUsedMs) : null;
    const details = process?.details ?? {};
    return {
      id: model,
      state: figures.state,
      inFlight: figures.inFlight,
      waiting: figures.waiting,
      idleMs,
      loadMs: figures.loadMs,
      stopMs: figures.stopMs,
      serviceMs: figures.serviceMs,
      upstream: process?.upstream?.href ?? null,
      readyAt: this.wallTime(process?.readyAtMs ?? null),
      process: Object.keys(details).length > 0 ? details : null,
      ...this.deadline(model, figures.waiting > 0 ? null : idleMs),
      load: this.loads.of(model),
    };
  }

  /** When a model is unloaded for want of use. */
  private deadline(
    model: string,
    idleMs: number | null,
  ): Pick<ModelView, 'ttlMs' | 'unloadInMs' | 'unloadAt'> {
    const ttlMs = (this.config.current.models.get(model)?.ttl ?? 0) * 1000;
    if (ttlMs <= 0) return { ttlMs: null, unloadInMs: null, unloadAt: null };
    if (idleMs === null) return { ttlMs, unloadInMs: null, unloadAt: null };
    const unloadInMs = Math.max(0, ttlMs - idleMs);
    return { ttlMs, unloadInMs, unloadAt: formatRfc3339(this.clock.wallMs() + unloadInMs) };
  }

  /** A monotonic time as RFC 3339. */
  private wallTime(atMs: number | null): string | null {
    if (atMs === null) return null;
    return formatRfc3339(Math.round(this.clock.wallMs() - (this.clock.nowMs() - atMs)));
  }
}
