import { Metric, Registry } from 'prom-client';
import { SeriesLabels, familyHead, labelText } from './series-text.js';

/** One histogram of a family. Whoever observes keeps it. */
export class Distribution {
  /** Values per bucket, not added up; the last one is for what exceeds every limit. */
  readonly counts: Float64Array;
  sum = 0;
  /** The lines of the series; empty when something was observed since they were written. */
  text = '';

  constructor(
    readonly labels: SeriesLabels,
    private readonly limits: readonly number[],
  ) {
    this.counts = new Float64Array(limits.length + 1);
  }

  /** Counts one value. */
  observe(value: number): void {
    const { limits } = this;
    let at = 0;
    while (at < limits.length && value > limits[at]!) at += 1;
    this.counts[at]! += 1;
    this.sum += value;
    this.text = '';
  }
}

/** Name, meaning and buckets of a {@link DistributionFamily}. */
export interface DistributionOptions {
  readonly name: string;
  readonly help: string;
  /** Upper limits, ascending, each included. */
  readonly buckets: readonly number[];
}

interface PageValue {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** Histograms whose series are made once and then observed by whoever holds them. */
export class DistributionFamily {
  readonly name: string;
  private readonly all: Distribution[] = [];
  /** The line of each bucket up to the labels of the series. */
  private readonly bucketHeads: readonly string[];

  constructor(
    private readonly options: DistributionOptions,
    registry: Registry,
  ) {
    this.name = options.name;
    this.bucketHeads = [...options.buckets, '+Inf'].map(
      (limit) => `\n${options.name}_bucket{le="${limit}"`,
    );
    // The registry asks nothing of a metric but its name and `get`.
    registry.registerMetric(this as unknown as Metric);
  }

  /** A new series. The caller sees to it that there is one for each set of labels. */
  series(labels: SeriesLabels): Distribution {
    const distribution = new Distribution(labels, this.options.buckets);
    this.all.push(distribution);
    return distribution;
  }

  /** What the registry prints. */
  async get(): Promise<object> {
    const { name, help } = this.options;
    const values = this.all.flatMap((series) => this.valuesOf(series));
    return { name, help, type: 'histogram', values, aggregator: 'sum' };
  }

  /** The family as it stands on the page. */
  text(): string {
    const { name, help } = this.options;
    let text = familyHead(name, help, 'histogram');
    for (const series of this.all) {
      if (series.text === '') series.text = this.linesOf(series);
      text += series.text;
    }
    return text;
  }

  private linesOf({ labels, counts, sum }: Distribution): string {
    const { name } = this.options;
    const written = labelText(labels);
    const more = written === '' ? '} ' : `,${written}} `;
    const own = written === '' ? ' ' : `{${written}} `;
    let text = '';
    let count = 0;
    for (let at = 0; at < counts.length; at += 1) {
      count += counts[at]!;
      text += this.bucketHeads[at]! + more + String(count);
    }
    return `${text}\n${name}_sum${own}${sum}\n${name}_count${own}${count}`;
  }

  private valuesOf({ labels, counts, sum }: Distribution): readonly PageValue[] {
    const { name, buckets } = this.options;
    let count = 0;
    const values: PageValue[] = [...counts].map((inBucket, at) => ({
      metricName: `${name}_bucket`,
      labels: { le: buckets[at] ?? '+Inf', ...labels },
      value: (count += inBucket),
    }));
    values.push({ metricName: `${name}_sum`, labels, value: sum });
    values.push({ metricName: `${name}_count`, labels, value: count });
    return values;
  }
}
