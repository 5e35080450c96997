import { MetricObject, Registry } from 'prom-client';

/** A family that writes its part of the page itself, faster than the library does it. */
interface WrittenFamily {
  text(): string;
}

/** What {@link PagePrinter} needs of the outside world. */
export interface PagePorts {
  /** Monotonic time, milliseconds. */
  readonly nowMs: () => number;
  /** Resolves when everything else that waits for the thread has had its turn. */
  readonly breathe: () => Promise<void>;
}

/** For how long at most, milliseconds, the thread is held before others have a turn. */
const LONGEST_TURN_MS = 1;

/**
 * Writes the families of a registry in the Prometheus text format 0.0.4, with pauses in between:
 * answers are streamed on the same thread.
 */
export class PagePrinter {
  constructor(
    private readonly registry: Registry,
    private readonly ports: PagePorts,
  ) {}

  /** The whole page in UTF-8: a large text would be encoded in one go when it is sent. */
  async page(): Promise<Buffer> {
    const { nowMs, breathe } = this.ports;
    const pieces: Buffer[] = [];
    let turnMs = nowMs();
    for (const metric of this.registry.getMetricsAsArray()) {
      const separator = pieces.length > 0 ? '\n\n' : '';
      pieces.push(Buffer.from(separator + (await this.textOf(metric))));
      if (nowMs() - turnMs < LONGEST_TURN_MS) continue;
      await breathe();
      turnMs = nowMs();
    }
    return Buffer.concat([...pieces, Buffer.from('\n')]);
  }

  private textOf(metric: MetricObject): string | Promise<string> {
    if (isWritten(metric)) return metric.text();
    return this.registry.getSingleMetricAsString(metric.name);
  }
}

function isWritten(metric: object): metric is WrittenFamily {
  return 'text' in metric && typeof metric.text === 'function';
}
