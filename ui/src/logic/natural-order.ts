const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Compares texts so that `m2` comes before `m10`. */
export function naturalCompare(a: string, b: string): number {
  return collator.compare(a, b);
}
