/** A Markdown table that a benchmark has printed; the first column is called `name`. */
export interface PrintedTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

export function tablesOf(text: string): PrintedTable[];
