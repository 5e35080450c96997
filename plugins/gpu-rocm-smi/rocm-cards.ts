/** The properties of one card as rocm-smi names them; keys in lower case. */
export interface RocmCard {
  /** `card0` … */
  readonly device: string;
  readonly properties: ReadonlyMap<string, string>;
  /** Names as the tool spells them; they differ between its versions. */
  readonly spellings: ReadonlySet<string>;
}

/** What rocm-smi printed, as cards in the order of the output, and whether it was a table. */
export interface RocmOutput {
  readonly cards: readonly RocmCard[];
  readonly isTable: boolean;
}

/** Reads the output of rocm-smi, with `--json` or with `--csv`; warning lines are passed over. */
export function parseRocmOutput(output: string): RocmOutput {
  const json = output.split(/\r?\n/).find((line) => line.startsWith('{'));
  if (json !== undefined) {
    const fromJson = output.slice(output.indexOf(json));
    return { cards: jsonCards(fromJson), isTable: false };
  }
  return { cards: csvCards(output), isTable: true };
}

function jsonCards(text: string): readonly RocmCard[] {
  const value = parseLenient(text);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([device]) => /^card\d+$/.test(device))
    .map(([device, properties]) => ({
      device,
      properties: propertyMap(properties),
      spellings: new Set(Object.keys((properties ?? {}) as object)),
    }));
}

/** Some builds print more after the object; the first line alone is the object then. */
function parseLenient(text: string): unknown {
  for (const candidate of [text, text.split(/\r?\n/)[0]!]) {
    try {
      return JSON.parse(candidate);
    } catch {
      continue;
    }
  }
  return null;
}

function propertyMap(properties: unknown): ReadonlyMap<string, string> {
  if (typeof properties !== 'object' || properties === null) return new Map();
  const entries = Object.entries(properties).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  return new Map(entries);
}

function csvCards(text: string): readonly RocmCard[] {
  const lines = text.split(/\r?\n/);
  const headerAt = lines.findIndex((line) => line.startsWith('device,'));
  if (headerAt < 0) return [];
  const spelt = lines[headerAt]!.split(',').map((name) => name.trim());
  const header = spelt.map((name) => name.toLowerCase());
  return lines
    .slice(headerAt + 1)
    .map((line) => line.split(',').map((value) => value.trim()))
    .filter((values) => values.length === header.length && /^card\d+$/.test(values[0]!))
    .map((values) => ({
      device: values[0]!,
      properties: new Map(header.map((name, index) => [name, values[index]!])),
      spellings: new Set(spelt),
    }));
}
