/** One sample of a metrics page. NaN and infinite values are null. */
export interface PageSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number | null;
}

/** Pages beyond this size are not read any further. */
const MAX_PAGE_CHARACTERS = 4 * 1024 * 1024;

/** Name, labels, value; then perhaps a time stamp, and an example as OpenMetrics has it. */
const SAMPLE =
  /^\s*([A-Za-z_:][A-Za-z0-9_:]*)\s*(\{(?:[^"}]|"(?:\\.|[^"\\])*")*\})?\s+(\S+)(?:\s+-?[\d.]+)?(?:\s+#.*)?$/;
const LABEL = /([A-Za-z_][A-Za-z0-9_]*)\s*=\s*"((?:\\.|[^"\\])*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Reads a page in the Prometheus text format (version 0.0.4). Lines that are no samples are passed
 * over. A page that is wrapped in a JSON string, as a span of llama-server builds sends it, is unwrapped.
 */
export function parseExposition(page: string): readonly PageSample[] {
  const text = unwrap(page.slice(0, MAX_PAGE_CHARACTERS));
  return text
    .split(/\r?\n/)
    .map(parseLine)
    .filter((sample) => sample !== null);
}

function unwrap(page: string): string {
  // Trimming takes a byte order mark away too.
  const text = page.trim();
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function parseLine(line: string): PageSample | null {
  if (line === '' || line.startsWith('#')) return null;
  const match = SAMPLE.exec(line.trimEnd());
  if (!match) return null;
  const value = Number(match[3]);
  if (Number.isNaN(value) && !/^[+-]?(inf|nan)$/i.test(match[3]!)) return null;
  const known = Number.isFinite(value) ? value : null;
  return { name: match[1]!, labels: parseLabels(match[2]), value: known };
}

function parseLabels(text: string | undefined): ReadonlyMap<string, string> {
  if (!text) return new Map();
  return new Map([...text.matchAll(LABEL)].map(([, name, value]) => [name!, unescaped(value!)]));
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
}

/** A page with questions to it; several series of one name are added up. */
export class MetricsPage {
  private readonly byName: ReadonlyMap<string, readonly PageSample[]>;

  constructor(readonly samples: readonly PageSample[]) {
    this.byName = Map.groupBy(samples, ({ name }) => name);
  }

  /** All series of a name. */
  series(name: string): readonly PageSample[] {
    return this.byName.get(name) ?? [];
  }

  /** Sum of the series of the first of the names that is there; null when none has a value. */
  sum(...names: readonly string[]): number | null {
    for (const name of names) {
      const values = this.series(name).flatMap(({ value }) => (value === null ? [] : [value]));
      if (values.length > 0) return values.reduce((total, value) => total + value, 0);
    }
    return null;
  }

  /** Sums per value of a label, or null when the name is not there. */
  byLabel(name: string, label: string): Readonly<Record<string, number>> | null {
    const series = this.series(name);
    if (series.length === 0) return null;
    const sums: Record<string, number> = {};
    for (const { labels, value } of series) {
      const key = labels.get(label) ?? '';
      sums[key] = (sums[key] ?? 0) + (value ?? 0);
    }
    return sums;
  }

  /** Whether any name begins like this. */
  hasPrefix(prefix: string): boolean {
    return this.samples.some(({ name }) => name.startsWith(prefix));
  }
}
