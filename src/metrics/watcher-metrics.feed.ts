import { Injectable } from '@nestjs/common';
import { LogService } from '#lib/logs';
import { watcherFamilies } from '#lib/metrics';
import { ActivityService } from '../activity/activity.service.js';
import { CaptureRecorder } from '../captures/capture.recorder.js';
import { EventHub } from '../events/event.hub.js';
import { LlamaGateway } from '../monitoring/llama.gateway.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Feeds the families about those who look on. */
@Injectable()
export class WatcherMetricsFeed {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    { registry }: MetricsRegistry,
    activity: ActivityService,
    captures: CaptureRecorder,
    events: EventHub,
    figures: LlamaGateway,
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
      eventClients: () => ({ sse: events.clientCount, socketio: figures.clientCount }),
      droppedEvents: () => ({ sse: events.droppedCount, socketio: figures.droppedCount }),
    });
    for (const family of families) family.register(registry);
  }
}
