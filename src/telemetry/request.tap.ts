import { Injectable } from '@nestjs/common';
import { ActivityService } from '../activity/activity.service.js';
import { CallWatchers } from '../calls/call.watchers.js';
import type { TraceExporter } from './trace.exporter.js';

/** Connects a tracer to the requests for models. */
@Injectable()
export class RequestTap {
  constructor(
    private readonly calls: CallWatchers,
    private readonly activity: ActivityService,
  ) {}

  /** Tells the tracer of each request; the result ends that, after those that are over. */
  attach(traces: TraceExporter): () => void {
    const ends = [this.calls.add(traces), this.activity.listen(traces)];
    return () => {
      this.activity.finished.settle();
      for (const end of ends) end();
    };
  }
}
