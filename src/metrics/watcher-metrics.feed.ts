import { Injectable } from '@nestjs/common';
import { LogService } from '#lib/logs';
import { watcherFamilies } from '#lib/metrics';
import { ActivityService } from '../activity/activity.service.js';
import { CaptureRecorder } from '../captures/capture.recorder.js';
import { EventAudience } from '../live-events/event.audience.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Feeds the families about those who look on. */
@Injectable()
export class WatcherMetricsFeed {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    { registry }: MetricsRegistry,
    activity: ActivityService,
    captures: CaptureRecorder,
    audience: EventAudience,
    logs: LogService,
  ) {
    const families = watcherFamilies({
      isLogKept: () => activity.problem === null,
      captureBytes: () => captures.sizeBytes,
      droppedLogBytes: () => ({
        proxy: logs.proxy.droppedBytes,
        upstream: logs.upstream.droppedBytes,
        combined: logs.combined.droppedBytes,
      }),
      eventClients: () => audience.clients,
      droppedEvents: () => audience.dropped,
    });
    for (const family of families) family.register(registry);
  }
}
