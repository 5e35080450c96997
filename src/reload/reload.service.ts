import { Inject, Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { CLOCK, type Clock, type DroverEventEmitter } from '#lib/foundation';
import { PreparedReload, RELOAD_READER, type ReloadReader } from './reload-ports.interface.js';
import { ReloadReport, ReloadTrigger } from './reload-report.interface.js';
import { SerialTrigger } from './serial-trigger.js';

/**
 * Reload by difference: reads the configuration again and puts in force what is different. A bad
 * configuration changes nothing. One reload at a time; a trigger that comes during one is served
 * afterwards. Announces the end of each as `config.reload`.
 */
@Injectable()
export class ReloadService {
  private readonly logger = new Logger('reload');
  private readonly serial = new SerialTrigger<ReloadTrigger, ReloadReport>((trigger) =>
    this.run(trigger),
  );
  private latest: ReloadReport | null = null;
  private isClosed = false;

  constructor(
    @Inject(RELOAD_READER) private readonly reader: ReloadReader,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {}

  /** How the latest reload went, or null when there was none. */
  get last(): ReloadReport | null {
    return this.latest;
  }

  /** Whether a reload is going on. */
  get isRunning(): boolean {
    return this.serial.isRunning;
  }

  /** Reloads; resolves when this trigger has been served, whatever the outcome. */
  reload(trigger: ReloadTrigger): Promise<ReloadReport> {
    return this.serial.trigger(trigger);
  }

  /** From now on nothing is put in force any more. */
  close(): void {
    this.isClosed = true;
  }

  private async run(trigger: ReloadTrigger): Promise<ReloadReport> {
    this.logger.log(`reading the configuration again (${trigger})`);
    const report = await this.attempt(trigger);
    this.latest = report;
    this.tell(report);
    this.events.emit('config.reload', report);
    return report;
  }

  private async attempt(trigger: ReloadTrigger): Promise<ReloadReport> {
    try {
      const reading = await this.reader.read();
      if (reading.isGood) return this.finish(trigger, reading.prepared);
      const { problems, warnings } = reading;
      return this.report(trigger, { outcome: 'rejected', problems, warnings });
    } catch (error) {
      this.logger.error(error);
      const problems = [`the reload has failed: ${String(error)}`];
      return this.report(trigger, { outcome: 'rejected', problems });
    }
  }

  private finish(trigger: ReloadTrigger, prepared: PreparedReload): ReloadReport {
    const { changes, warnings, needsRestart } = prepared;
    if (changes === null) return this.report(trigger, { outcome: 'unchanged', warnings });
    if (this.isClosed) {
      const problems = ['Drover is shutting down'];
      return this.report(trigger, { outcome: 'rejected', problems, warnings });
    }
    prepared.apply();
    return this.report(trigger, { outcome: 'applied', changes, warnings, needsRestart });
  }

  private report(
    trigger: ReloadTrigger,
    parts: Pick<ReloadReport, 'outcome'> & Partial<ReloadReport>,
  ): ReloadReport {
    const empty = { problems: [], warnings: [], changes: null, needsRestart: [] };
    return Object.freeze({ ...empty, ...parts, trigger, atMs: this.clock.wallMs() });
  }

  private tell(report: ReloadReport): void {
    for (const problem of report.problems) this.logger.warn(problem);
    for (const warning of report.warnings) this.logger.warn(warning);
    for (const setting of report.needsRestart) {
      this.logger.warn(`${setting} has changed and takes effect at the next start of Drover`);
    }
    if (report.outcome === 'rejected') {
      this.logger.warn('the new configuration cannot be used; the old one stays in force');
    } else if (report.outcome === 'unchanged') {
      this.logger.log('the configuration means the same as before');
    } else {
      this.logger.log(`the new configuration is in force: ${summary(report)}`);
    }
  }
}

function summary({ changes }: ReloadReport): string {
  const parts = Object.entries(changes ?? {})
    .filter(([, models]: [string, readonly string[]]) => models.length > 0)
    .map(([kind, models]: [string, readonly string[]]) => `${kind} ${models.join(', ')}`);
  return parts.length === 0 ? 'no model is affected' : parts.join('; ');
}
