/** A JSON object of unknown shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null for anything else (arrays and null included). */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** The member at a path, or undefined as soon as a step is missing. */
export function memberAt(value: unknown, key: string, second?: string): unknown {
  // Asked dozens of times per answer: a list of keys for each would be most of the work.
  const member = objectOf(value)?.[key];
  return second === undefined ? member : objectOf(member)?.[second];
}

/** The value as a finite number, or null. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Beyond it sums of a few are not exact any more, and nothing that is counted here comes near. */
const MOST = 2 ** 50;

/**
 * The value as a count or an amount: a number from 0 to 2^50. Null for anything else; engines write -1
 * for what they do not know.
 */
export function amountOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number >= 0 && number <= MOST ? number : null;
}

/** The value as a text that holds more than blanks, trimmed, or null. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed === '' ? null : trimmed;
}

/** Whether the object has the member at all; a member with the value null counts. */
export function hasMember(value: unknown, key: string): boolean {
  const object = objectOf(value);
  return object !== null && Object.hasOwn(object, key);
}
