import { SeriesLabels } from './series-text.js';

/** Finds the series of a family by the values of its labels; each is made at its first use. */
export class SeriesBook<Names extends readonly string[], Series> {
  private readonly known = new Map<string, Series>();

  constructor(
    private readonly names: Names,
    private readonly family: { series(labels: SeriesLabels): Series },
  ) {}

  /** The series with these values, in the order of the names. */
  of(...values: { readonly [At in keyof Names]: string }): Series {
    const key = values.join('\0');
    let series = this.known.get(key);
    if (series === undefined) {
      const pairs = this.names.map((name, at) => [name, values[at] ?? ''] as const);
      series = this.family.series(Object.fromEntries(pairs));
      this.known.set(key, series);
    }
    return series;
  }
}
