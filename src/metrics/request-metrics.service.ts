import { Injectable } from '@nestjs/common';
import { ActivityEntry, NO_UPSTREAM } from '#lib/activity';
import { ConfigStore } from '#lib/config';
import { RequestMetrics } from '#lib/metrics';
import { ActivityService, TrafficListener } from '../activity/activity.service.js';
import { finishedRequest } from './finished-request.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Feeds the families about requests from the activity log. */
@Injectable()
export class RequestMetricsService implements TrafficListener {
  private readonly metrics: RequestMetrics;

  constructor(
    { registry }: MetricsRegistry,
    private readonly config: ConfigStore,
    activity: ActivityService,
  ) {
    this.metrics = new RequestMetrics(registry);
    activity.listen(this);
  }

  began(model: string, operation: string): void {
    this.metrics.began(model, operation);
  }

  ended(model: string, operation: string): void {
    this.metrics.ended(model, operation);
  }

  recorded(entry: ActivityEntry): void {
    this.metrics.observe(finishedRequest(entry, this.isKnown(entry)));
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
