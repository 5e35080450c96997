import { Clock } from '#lib/foundation';
import { ByteSink, LogEntry, LogOutput, LogSource } from './log-output.interface.js';

/** Longest line of model output that is waited for; a longer one is split. */
const LONGEST_LINE = 16 * 1024;

/**
 * Writes one JSON object per line: `time` (RFC 3339), `level`, `source`, `text`, and where known
 * `component`, `requestId` or `model`. Output of models is cut into its lines.
 */
export class JsonLogOutput implements LogOutput {
  private readonly unfinished = new Map<string, string>();

  constructor(
    private readonly sink: ByteSink,
    private readonly clock: Clock,
  ) {}

  entry(source: LogSource, entry: LogEntry): void {
    const { level, prefix, text } = entry;
    const requestId = entry.requestId ?? undefined;
    const component = prefix === '' ? undefined : prefix;
    this.put(entry.atMs, { level, source, component, requestId, text });
  }

  modelOutput(model: string, bytes: Uint8Array): void {
    const text = (this.unfinished.get(model) ?? '') + Buffer.from(bytes).toString();
    const lines = text.split(/\r?\n/);
    let rest = lines.pop() ?? '';
    for (const line of lines) this.putModelLine(model, line);
    for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) {
      this.putModelLine(model, rest.slice(0, LONGEST_LINE));
    }
    if (rest === '') this.unfinished.delete(model);
    else this.unfinished.set(model, rest);
  }

  modelEnded(model: string): void {
    const rest = this.unfinished.get(model);
    this.unfinished.delete(model);
    if (rest !== undefined) this.putModelLine(model, rest);
  }

  private putModelLine(model: string, text: string): void {
    this.put(this.clock.wallMs(), { level: 'info', source: 'upstream', model, text });
  }

  private put(atMs: number, members: Readonly<Record<string, string | undefined>>): void {
    const time = new Date(atMs).toISOString();
    this.sink.write(`${JSON.stringify({ time, ...members })}\n`);
  }
}
