import { Clock } from '#lib/foundation';
import { LogLevel, passesThreshold } from './log-level.js';
import { formatLogLine } from './log-line.js';
import { LogMonitor } from './log-monitor.js';
import { LogOutput, LogSource } from './log-output.interface.js';
import { ModelLog } from './model-log.js';
import { systemZone } from './system-zone.js';
import { timeFormatter, toUnixNs, ZoneSource } from './log-time-format.js';

/** The settings of the logs that a configuration may change at any time. */
export interface LogSettings {
  readonly level: LogLevel;
  /** A setting of `logTimeFormat`. */
  readonly timeFormat: string;
  readonly toStdout: LogSource | 'both' | 'none';
}

/** What {@link LogService} needs from outside. */
export interface LogServiceOptions {
  readonly clock: Clock;
  readonly output: LogOutput;
  /** The machine's own zone by default. */
  readonly zone?: ZoneSource;
}

/** What a line may carry besides level and text. */
export interface LogLineOptions {
  /** Where the line comes from, shown in brackets. */
  readonly prefix?: string;
  /** The log it belongs to; `proxy` by default. */
  readonly source?: LogSource;
  /** Of the request that the line is about; null for none. */
  readonly requestId?: string | null;
}

/** The settings until a configuration has been read. */
export const DEFAULT_LOG_SETTINGS: LogSettings = {
  level: 'info',
  timeFormat: '',
  toStdout: 'proxy',
};

/**
 * The logs: `proxy` (what Drover says and the access log), `upstream` (what the models' servers
 * write), `combined` (both, whatever goes to stdout), and one per model. Each keeps a history
 * and can be read along. Nothing here waits for a reader.
 */
export class LogService {
  readonly proxy = new LogMonitor();
  readonly upstream = new LogMonitor();
  readonly combined = new LogMonitor();
  private readonly models = new Map<string, ModelLog>();
  private settings = DEFAULT_LOG_SETTINGS;
  private format = timeFormatter('');

  constructor(private readonly options: LogServiceOptions) {}

  /** Applies settings to everything written from now on. */
  configure(settings: LogSettings): void {
    this.settings = settings;
    this.format = timeFormatter(settings.timeFormat);
  }

  /** Writes a line of ours, if its level passes the threshold. */
  write(
    level: LogLevel,
    text: string,
    { prefix = '', source = 'proxy', requestId = null }: LogLineOptions = {},
  ): void {
    if (!passesThreshold(level, this.settings.level)) return;
    const atMs = this.options.clock.wallMs();
    const stamp = this.format?.(toUnixNs(atMs), this.options.zone ?? systemZone) ?? '';
    const line = formatLogLine({ stamp, prefix, level, text });
    this[source].writeText(line);
    this.combined.writeText(line);
    if (this.reachesStdout(source)) {
      this.options.output.entry(source, { atMs, level, prefix, text, requestId }, line);
    }
  }

  /** Whether lines of this level are written at all; for texts that are costly to make. */
  isEnabled(level: LogLevel): boolean {
    return passesThreshold(level, this.settings.level);
  }

  /** The log of one model; it exists from the first time that somebody asks for it or writes. */
  model(id: string): LogMonitor {
    return this.modelLog(id).monitor;
  }

  /** Takes a piece of a model server's output. The bytes must not change afterwards. */
  writeModel(id: string, piece: Uint8Array): void {
    this.deliver(id, this.modelLog(id).whole.push(piece));
  }

  /** The model's server has ended: what is left of a cut character or line is complete. */
  endModelOutput(id: string): void {
    const log = this.models.get(id);
    if (!log) return;
    this.deliver(id, log.whole.end());
    this.options.output.modelEnded(id);
  }

  /** Forgets the logs of models that no longer exist, and ends their readers. */
  retainModels(ids: ReadonlySet<string>): void {
    for (const [id, log] of this.models) {
      if (ids.has(id)) continue;
      log.monitor.close();
      this.models.delete(id);
    }
  }

  /** Ends every reader; lines can still be written. */
  close(): void {
    for (const monitor of [this.proxy, this.upstream, this.combined]) monitor.close();
    for (const log of this.models.values()) log.monitor.close();
  }

  private deliver(id: string, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.modelLog(id).monitor.write(bytes);
    this.upstream.write(bytes);
    this.combined.write(bytes);
    if (this.reachesStdout('upstream')) this.options.output.modelOutput(id, bytes);
  }

  private modelLog(id: string): ModelLog {
    let log = this.models.get(id);
    if (!log) this.models.set(id, (log = new ModelLog()));
    return log;
  }

  private reachesStdout(source: LogSource): boolean {
    return this.settings.toStdout === 'both' || this.settings.toStdout === source;
  }
}
