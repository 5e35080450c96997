import { TaskMeasure } from './timings.js';

/** Figures that are read from the slots at the moment of a scrape. */
export interface SlotGauges {
  readonly processing: number;
  readonly deferred: number;
}

interface Series {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: number;
}

/**
 * Counters behind `/metrics`, with llama-server's names and habits: totals grow when a task ends,
 * the two speed gauges are averages since the previous scrape.
 */
export class DemoMetrics {
  private promptTokens = 0;
  private cachedTokens = 0;
  private promptMs = 0;
  private predictedTokens = 0;
  private predictedMs = 0;
  private decodes = 0;
  private busySlotSum = 0;
  private longestSequence = 0;
  private scraped = { promptTokens: 0, promptMs: 0, predictedTokens: 0, predictedMs: 0 };

  /** Counts one step of generation, at which `busySlots` slots were at work. */
  decoded(busySlots: number): void {
    this.decodes += 1;
    this.busySlotSum += busySlots;
  }

  /** Counts a task that has ended, also one that was cut short. */
  finished(measure: TaskMeasure): void {
    this.promptTokens += measure.prompt;
    this.cachedTokens += measure.cached;
    this.promptMs += measure.promptMs;
    this.predictedTokens += measure.predicted;
    this.predictedMs += measure.predictedMs;
    const length = measure.cached + measure.prompt + measure.predicted;
    this.longestSequence = Math.max(this.longestSequence, length);
  }

  /** The page in Prometheus' text format 0.0.4; begins a new averaging interval. */
  page(gauges: SlotGauges): string {
    const lines = [...this.counters(), ...this.gauges(gauges)].map(
      ({ name, type, help, value }) =>
        `# HELP llamacpp:${name} ${help}\n# TYPE llamacpp:${name} ${type}\n` +
        `llamacpp:${name} ${formatNumber(value)}\n`,
    );
    const { promptTokens, promptMs, predictedTokens, predictedMs } = this;
    this.scraped = { promptTokens, promptMs, predictedTokens, predictedMs };
    return lines.join('');
  }

  private counters(): Series[] {
    return [
      counter('prompt_tokens_total', 'Prompt tokens processed.', this.promptTokens),
      counter('prompt_tokens_cached_total', 'Prompt tokens found in a slot.', this.cachedTokens),
      counter('prompt_seconds_total', 'Seconds spent on prompts.', this.promptMs / 1000),
      counter('tokens_predicted_total', 'Tokens generated.', this.predictedTokens),
      counter(
        'tokens_predicted_seconds_total',
        'Seconds spent generating.',
        this.predictedMs / 1000,
      ),
      counter('n_decode_total', 'Steps of generation.', this.decodes),
      counter('n_tokens_max', 'Longest sequence so far.', this.longestSequence),
    ];
  }

  private gauges({ processing, deferred }: SlotGauges): Series[] {
    const since = this.scraped;
    const promptSpeed = perSecond(
      this.promptTokens - since.promptTokens,
      this.promptMs - since.promptMs,
    );
    const predictedSpeed = perSecond(
      this.predictedTokens - since.predictedTokens,
      this.predictedMs - since.predictedMs,
    );
    const busy = this.decodes > 0 ? this.busySlotSum / this.decodes : 0;
    return [
      gauge('prompt_tokens_seconds', 'Prompt tokens per second since last time.', promptSpeed),
      gauge('predicted_tokens_seconds', 'Tokens per second since last time.', predictedSpeed),
      gauge('requests_processing', 'Requests being worked on.', processing),
      gauge('requests_deferred', 'Requests waiting for a slot.', deferred),
      gauge('n_busy_slots_per_decode', 'Average busy slots per step.', busy),
    ];
  }
}

/** Prints six significant digits as C++ streams do, which is what llama-server's page holds. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(5).split('e')[1]);
  if (exponent >= -4 && exponent < 6) return String(Number(value.toPrecision(6)));
  const [digits] = value.toExponential(5).split('e');
  const sign = exponent < 0 ? '-' : '+';
  return `${Number(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function perSecond(tokens: number, ms: number): number {
  return ms > 0 ? (tokens * 1000) / ms : 0;
}

function counter(name: string, help: string, value: number): Series {
  return { name, type: 'counter', help, value };
}

function gauge(name: string, help: string, value: number): Series {
  return { name, type: 'gauge', help, value };
}
