import { toolJson } from '#lib/plugin-api';

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
  const document = toolJson(output);
  return document === undefined
    ? { cards: csvCards(output), isTable: true }
    : { cards: jsonCards(document), isTable: false };
}

function jsonCards(document: unknown): readonly RocmCard[] {
  return Object.entries(document as object)
    .filter(([device]) => /^card\d+$/.test(device))
    .map(([device, properties]) => ({
      device,
      properties: propertyMap(properties),
      spellings: new Set(Object.keys((properties ?? {}) as object)),
    }));
}

function propertyMap(properties: unknown): ReadonlyMap<string, string> {
  if (typeof properties !== 'object' || properties === null) return new Map();
  const entries = Object.entries(properties).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  return new Map(entries);
}

function csvCards(text: string): readonly RocmCard[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
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
