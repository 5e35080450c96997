import { Metric, Registry } from 'prom-client';
import { SeriesLabels, familyHead, lineHead } from './series-text.js';

/** One value of a family; labels keep their order on the page. */
export interface SampledValue {
  readonly labels: SeriesLabels;
  readonly value: number;
}

/** Name, meaning and present values of a family. */
export interface SampledFamilyOptions {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  /** Reads the values from memory; called at each scrape. */
  readonly read: () => readonly SampledValue[];
}

/**
 * A family whose values are read from memory when the page is made, so that what is unknown is absent
 * and what is gone leaves no value behind.
 */
export class SampledFamily {
  readonly name: string;

  constructor(private readonly options: SampledFamilyOptions) {
    this.name = options.name;
  }

  /** Adds the family to a registry. */
  register(registry: Registry): void {
    // The registry asks nothing of a metric but its name and this method.
    registry.registerMetric(this as unknown as Metric);
  }

  /** What the registry prints. */
  async get(): Promise<object> {
    const { name, help, type } = this.options;
    return { name, help, type, values: this.known(), aggregator: 'sum' };
  }

  /** The family as it stands on the page. */
  text(): string {
    const { name, help, type } = this.options;
    let text = familyHead(name, help, type);
    for (const { labels, value } of this.known()) text += lineHead(name, labels) + String(value);
    return text;
  }

  private known(): readonly SampledValue[] {
    return this.options.read().filter(({ value }) => Number.isFinite(value));
  }
}

/** A value without labels, or none when it is unknown. */
export function single(value: number | null | undefined): readonly SampledValue[] {
  return value === null || value === undefined ? [] : [{ labels: {}, value }];
}
