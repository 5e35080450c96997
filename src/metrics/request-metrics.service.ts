import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { ActivityEntry, NO_UPSTREAM } from '#lib/activity';
import { ConfigStore } from '#lib/config';
import { RequestMetrics } from '#lib/metrics';
import { ActivityService } from '../activity/activity.service.js';
import { finishedRequest } from './finished-request.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Feeds the families about requests from the activity log. */
@Injectable()
export class RequestMetricsService implements OnModuleDestroy {
  private readonly metrics: RequestMetrics;
  private readonly unsubscribe: () => void;

  constructor(
    { registry }: MetricsRegistry,
    private readonly config: ConfigStore,
    activity: ActivityService,
  ) {
    this.metrics = new RequestMetrics(registry);
    this.unsubscribe = activity.recorder.onRecord(({ entry }) => {
      this.metrics.observe(finishedRequest(entry, this.isKnown(entry)));
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  /** A request for a model has begun; the result ends it. */
  begin(model: string, operation: string): () => void {
    return this.metrics.begin(model, operation);
  }

  /** An HTTP request of any kind has been answered. */
  answered(route: string, method: string, code: number): void {
    this.metrics.answered(route, method, code);
  }

  /** Names that nobody serves are what clients made up. */
  private isKnown({ model, detail }: ActivityEntry): boolean {
    if (detail.upstream === NO_UPSTREAM) return false;
    return detail.upstream !== 'local' || this.config.current.models.has(model);
  }
}
