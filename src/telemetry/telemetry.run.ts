import {
  Attributes,
  ExportCounts,
  ExportQueue,
  OtlpSender,
  Span,
  metricsBody,
  tracesBody,
} from '#lib/metrics';
import { Clock } from '#lib/foundation';
import { TelemetryConfig } from '#lib/config';
import { MetricsExporter, MetricsExporterPorts } from './metrics.exporter.js';
import { TraceFacts } from './trace-facts.interface.js';
import { TraceExporter } from './trace.exporter.js';
import { collectorConnection } from './undici-otlp.post.js';

/** What is exported. */
export type Signal = 'traces' | 'metrics';

/** What one run of the exports needs from around it. */
export interface TelemetryRunPorts extends Omit<MetricsExporterPorts, 'queue'> {
  readonly clock: Clock;
  readonly facts: TraceFacts;
  readonly version: string;
  readonly resource: Attributes;
  readonly log: (message: string) => void;
  /** Connects a tracer to the requests; the result ends that. */
  readonly attach: (traces: TraceExporter) => () => void;
}

/** The exports under one configuration, from its coming into force to its end. */
export class TelemetryRun {
  private readonly connection;
  private readonly spans: ExportQueue<Span>;
  private readonly readings: ExportQueue<readonly object[]>;
  private readonly metrics: MetricsExporter | null;
  private readonly detach: () => void;

  constructor(
    endpoint: string,
    { headers, traces, metrics, everyMs, serviceName }: TelemetryConfig,
    ports: TelemetryRunPorts,
  ) {
    const { clock, version } = ports;
    const sender: OtlpSender = {
      resource: { 'service.name': serviceName, 'service.version': version, ...ports.resource },
      scope: { name: 'drover', version },
    };
    this.connection = collectorConnection(endpoint, headers);
    const { post } = this.connection;
    this.spans = new ExportQueue({
      clock,
      log: (message) => ports.log(`traces: ${message}`),
      send: (items, signal) => post('v1/traces', JSON.stringify(tracesBody(sender, items)), signal),
    });
    this.readings = new ExportQueue({
      clock,
      log: (message) => ports.log(`metrics: ${message}`),
      // Counts are cumulative: the newest reading says everything.
      send: (items, signal) =>
        post('v1/metrics', JSON.stringify(metricsBody(sender, items.at(-1)!)), signal),
    });
    this.metrics = metrics
      ? new MetricsExporter({ ...ports, queue: this.readings }, everyMs)
      : null;
    this.detach = traces ? ports.attach(new TraceExporter(this.spans, ports.facts)) : () => {};
  }

  /** How the exports have gone. */
  counts(): Readonly<Record<Signal, ExportCounts>> {
    return { traces: this.spans.counts, metrics: this.readings.counts };
  }

  /** Ends the exports; what waits is sent once more, bounded in time. */
  async close(): Promise<void> {
    this.detach();
    await this.metrics?.close();
    await Promise.all([this.spans.close(), this.readings.close()]);
    await this.connection.close();
  }
}
