import { Metric, Registry } from 'prom-client';
import { SeriesLabels, familyHead, lineHead } from './series-text.js';

/** One number of a family. Whoever counts keeps it and adds to it. */
export class Tally {
  value = 0;

  constructor(readonly labels: SeriesLabels) {}
}

/** Name and meaning of a {@link TallyFamily}. */
export interface TallyOptions {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
}

/**
 * A family whose series are made once and then counted by whoever holds them: finding a series by
 * its labels at each count, as the library's own families do, costs more than all the counting.
 */
export class TallyFamily {
  readonly name: string;
  private readonly all: Tally[] = [];
  /** The line of each series up to its value: labels never change. */
  private readonly heads: string[] = [];

  constructor(
    private readonly options: TallyOptions,
    registry: Registry,
  ) {
    this.name = options.name;
    // The registry asks nothing of a metric but its name and `get`.
    registry.registerMetric(this as unknown as Metric);
  }

  /** A new series. The caller sees to it that there is one for each set of labels. */
  series(labels: SeriesLabels): Tally {
    const tally = new Tally(labels);
    this.all.push(tally);
    this.heads.push(lineHead(this.name, labels));
    return tally;
  }

  /** What the registry prints. */
  async get(): Promise<object> {
    return { ...this.options, values: this.all, aggregator: 'sum' };
  }

  /** The family as it stands on the page. */
  text(): string {
    const { name, help, type } = this.options;
    let text = familyHead(name, help, type);
    const { all, heads } = this;
    for (let at = 0; at < all.length; at += 1) text += heads[at]! + String(all[at]!.value);
    return text;
  }
}
