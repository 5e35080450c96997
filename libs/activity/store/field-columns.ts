/** How a field is kept. */
type KindOf<Value> = [Value] extends [boolean]
  ? 'flag'
  : [NonNullable<Value>] extends [number]
    ? 'number'
    : [NonNullable<Value>] extends [string]
      ? 'text'
      : never;

/** Every field of a flat object with its kind; null is kept for numbers and texts. */
export type FieldKinds<Fields> = { readonly [Key in keyof Fields]-?: KindOf<Fields[Key]> };

/**
 * Flat objects of one form, taken apart: their numbers in one block, their texts in one list. What is
 * kept so costs the garbage collector nothing, while as many objects would be moved twice and
 * marked again and again.
 */
export class FieldColumns<Fields extends object> {
  private readonly numberKeys: readonly (keyof Fields)[];
  private readonly flagKeys: readonly (keyof Fields)[];
  private readonly textKeys: readonly (keyof Fields)[];
  /** NaN stands for null. */
  private readonly numbers: Float64Array;
  private readonly texts: (string | null)[] = [];

  /** @param rows places that there are */
  constructor(kinds: FieldKinds<Fields>, rows: number) {
    const keys = Object.keys(kinds) as (keyof Fields)[];
    const of = (kind: string): (keyof Fields)[] => keys.filter((key) => kinds[key] === kind);
    this.numberKeys = of('number');
    this.flagKeys = of('flag');
    this.textKeys = of('text');
    this.numbers = new Float64Array(rows * (this.numberKeys.length + this.flagKeys.length));
  }

  /** Puts an object in this place. */
  set(row: number, fields: Fields): void {
    const { numbers, texts, numberKeys, flagKeys, textKeys } = this;
    let at = row * (numberKeys.length + flagKeys.length);
    for (const key of numberKeys) numbers[at++] = (fields[key] as number | null) ?? Number.NaN;
    for (const key of flagKeys) numbers[at++] = fields[key] ? 1 : 0;
    at = row * textKeys.length;
    for (const key of textKeys) texts[at++] = fields[key] as string | null;
  }

  /** The object of this place, made anew. */
  get(row: number): Fields {
    const { numbers, texts, numberKeys, flagKeys, textKeys } = this;
    const fields: Partial<Record<keyof Fields, unknown>> = {};
    let at = row * (numberKeys.length + flagKeys.length);
    for (const key of numberKeys) fields[key] = nullOrNumber(numbers[at++]!);
    for (const key of flagKeys) fields[key] = numbers[at++] === 1;
    at = row * textKeys.length;
    for (const key of textKeys) fields[key] = texts[at++];
    return fields as Fields;
  }
}

function nullOrNumber(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
