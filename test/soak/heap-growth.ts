/** What a kind of object holds, in one snapshot beside an earlier one. */
export interface KindGrowth {
  /** Constructor of an object, else what V8 calls it, such as `(code)` or `(string)`. */
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

/** A heap snapshot as `v8.writeHeapSnapshot` writes it; the parts that are read here. */
export interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly (readonly string[] | string)[];
    };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

type Totals = Map<string, { count: number; bytes: number }>;

/** Objects of these types are told apart by the name of their constructor. */
const NAMED: ReadonlySet<string> = new Set(['object', 'native', 'closure']);

/** Number and own bytes of the objects of each kind. */
export function totalsOf({ snapshot: { meta }, nodes, strings }: HeapSnapshot): Totals {
  const width = meta.node_fields.length;
  const [typeAt, nameAt, sizeAt] = ['type', 'name', 'self_size'].map((field) =>
    meta.node_fields.indexOf(field),
  ) as [number, number, number];
  const types = meta.node_types[typeAt] as readonly string[];
  const totals: Totals = new Map();
  for (let at = 0; at < nodes.length; at += width) {
    const type = types[nodes[at + typeAt]!]!;
    const name = strings[nodes[at + nameAt]!]!.slice(0, 60);
    const kind = NAMED.has(type) ? `${type} ${name}` : `(${type})`;
    const total = totals.get(kind) ?? { count: 0, bytes: 0 };
    totals.set(kind, {
      count: total.count + 1,
      bytes: total.bytes + nodes[at + sizeAt]!,
    });
  }
  return totals;
}

/** The kinds that have grown or shrunk most in bytes, largest change first. */
export function growthByKind(before: Totals, after: Totals, most: number): KindGrowth[] {
  const none = { count: 0, bytes: 0 };
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((kind) => {
      const [then, now] = [before.get(kind) ?? none, after.get(kind) ?? none];
      return { kind, count: now.count - then.count, bytes: now.bytes - then.bytes };
    })
    .filter(({ count, bytes }) => count !== 0 || bytes !== 0)
    .toSorted((one, other) => Math.abs(other.bytes) - Math.abs(one.bytes))
    .slice(0, most);
}
