import { hostname } from 'node:os';
import {
  Inject,
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { ConfigStore, TelemetryConfig } from '#lib/config';
import { CLOCK, type Clock } from '#lib/foundation';
import { ExportCounts, SampledFamily, SampledValue } from '#lib/metrics';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { MetricsRegistry } from '../metrics/metrics.registry.js';
import { RequestTap } from './request.tap.js';
import { TelemetryFacts } from './telemetry.facts.js';
// The classes behind the exports are loaded when they are switched on.
import type { Signal, TelemetryRun, TelemetryRunPorts } from './telemetry.run.js';

type Counts = Readonly<Record<Signal, ExportCounts>>;

const NOTHING: ExportCounts = { exported: 0, dropped: 0, failures: 0 };

/** Exports traces and metrics to an OpenTelemetry collector, where one is configured. */
@Injectable()
export class TelemetryService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('telemetry');
  private run: TelemetryRun | null = null;
  private settings: TelemetryConfig | null = null;
  private switching: Promise<void> = Promise.resolve();
  /** Of runs that have ended. */
  private before: Counts = { traces: NOTHING, metrics: NOTHING };
  private unsubscribe: (() => void) | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly facts: TelemetryFacts,
    private readonly tap: RequestTap,
    private readonly metrics: MetricsRegistry,
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    for (const family of this.families()) family.register(metrics.registry);
  }

  onApplicationBootstrap(): void {
    this.unsubscribe = this.config.onChange(({ current }) => this.apply(current.telemetry));
    this.apply(this.config.current.telemetry);
  }

  async onModuleDestroy(): Promise<void> {
    this.unsubscribe?.();
    this.settings = null;
    await this.switching;
    await this.end();
  }

  /** How the exports have gone since Drover began. */
  counts(): Counts {
    const now = this.run?.counts();
    return {
      traces: sum(this.before.traces, now?.traces ?? NOTHING),
      metrics: sum(this.before.metrics, now?.metrics ?? NOTHING),
    };
  }

  /** Settings change rarely and one after the other; only the last ones stay. */
  private apply(settings: TelemetryConfig): void {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return;
    this.settings = settings;
    this.switching = this.switchAfter(this.switching, settings);
  }

  private async switchAfter(before: Promise<void>, settings: TelemetryConfig): Promise<void> {
    await before;
    await this.end();
    if (this.settings === settings && settings.endpoint !== null) await this.begin(settings);
  }

  private async begin(settings: TelemetryConfig): Promise<void> {
    const { TelemetryRun } = await import('./telemetry.run.js');
    if (this.settings !== settings || settings.endpoint === null) return;
    this.run = new TelemetryRun(settings.endpoint, settings, this.ports());
    this.log.log(`exporting to ${new URL(settings.endpoint).origin}`);
  }

  private async end(): Promise<void> {
    const { run } = this;
    if (!run) return;
    await run.close();
    this.before = this.counts();
    this.run = null;
  }

  private ports(): TelemetryRunPorts {
    const { clock, options } = this;
    return {
      clock,
      version: options.build.version,
      resource: { 'host.name': hostname(), 'process.pid': process.pid },
      log: (message) => this.log.warn(message),
      families: () => this.metrics.registry.getMetricsAsJSON(),
      providerOf: (model) => this.facts.providerOf(model, 'local'),
      facts: this.facts,
      attach: (traces) => this.tap.attach(traces),
    };
  }

  private families(): readonly SampledFamily[] {
    const family = (name: string, help: string, pick: (counts: ExportCounts) => number) =>
      new SampledFamily({
        name: `drover_telemetry_${name}_total`,
        help,
        type: 'counter',
        read: () => this.valuesOf(pick),
      });
    return [
      family('exported', 'Spans, and readings of all metrics, that a collector has taken', (c) => {
        return c.exported;
      }),
      family('dropped', 'Spans and readings that no collector has taken', (c) => c.dropped),
      family('export_failures', 'Exports that failed', (c) => c.failures),
    ];
  }

  /** Nothing is shown where nothing has ever been exported. */
  private valuesOf(pick: (counts: ExportCounts) => number): readonly SampledValue[] {
    if (this.config.current.telemetry.endpoint === null) return [];
    return Object.entries(this.counts()).map(([signal, counts]) => {
      return { labels: { signal }, value: pick(counts) };
    });
  }
}

function sum(a: ExportCounts, b: ExportCounts): ExportCounts {
  return {
    exported: a.exported + b.exported,
    dropped: a.dropped + b.dropped,
    failures: a.failures + b.failures,
  };
}
