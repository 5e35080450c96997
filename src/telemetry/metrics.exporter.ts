import { CancelTimer, Clock } from '#lib/foundation';
import { ExportQueue, ProviderOf, RegistryFamily, otlpMetrics } from '#lib/metrics';

/** What the export of metrics needs from around it. */
export interface MetricsExporterPorts {
  readonly clock: Clock;
  readonly families: () => Promise<readonly RegistryFamily[]>;
  readonly providerOf: ProviderOf;
  /** Takes one reading of all metrics at a time. */
  readonly queue: ExportQueue<readonly object[]>;
}

/** Reads all metrics at an interval and hands them to be exported. */
export class MetricsExporter {
  private readonly startMs: number;
  private readonly cancelTimer: CancelTimer;

  constructor(
    private readonly ports: MetricsExporterPorts,
    everyMs: number,
  ) {
    this.startMs = ports.clock.wallMs();
    this.cancelTimer = ports.clock.every(everyMs, () => void this.read());
  }

  /** Reads the metrics once. */
  async read(): Promise<void> {
    const { families, queue, clock, providerOf } = this.ports;
    const times = { startMs: this.startMs, nowMs: clock.wallMs() };
    queue.add(otlpMetrics(await families(), times, providerOf));
  }

  /** Ends it with a last reading. */
  async close(): Promise<void> {
    this.cancelTimer();
    await this.read();
  }
}
