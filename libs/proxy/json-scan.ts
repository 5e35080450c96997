/**
 * A tolerant reader of JSON text (RFC 8259) that works on bytes and builds nothing: it only says
 * where a value ends. Damaged documents are read as far as they make sense.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Below this length a loop is faster than a call of `Buffer.indexOf`. */
const SHORT_STRING = 48;

/** One member of an object, as byte offsets; ends are exclusive. */
export interface JsonMember {
  /** Offset of the key's opening quote. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Offset of the first byte at or after `at` that is no white space. */
export function skipSpace(text: Buffer, at: number): number {
  let index = at;
  while (isSpace(text[index])) index += 1;
  return index;
}

/** Offset behind the string whose opening quote is at `at`, or -1 when it has no end. */
export function skipString(text: Buffer, at: number): number {
  let index = at + 1;
  const shortEnd = Math.min(text.length, index + SHORT_STRING);
  while (index < shortEnd) {
    const byte = text[index];
    if (byte === QUOTE) return index + 1;
    index += byte === BACKSLASH ? 2 : 1;
  }
  return skipLongString(text, index);
}

/** Continues {@link skipString} inside the string, at a byte that is not escaped. */
function skipLongString(text: Buffer, from: number): number {
  let quote = text.indexOf(QUOTE, from);
  while (quote >= 0) {
    let first = quote;
    while (first > from && text[first - 1] === BACKSLASH) first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
    quote = text.indexOf(QUOTE, quote + 1);
  }
  return -1;
}

/** Offset behind the value that begins at `at`, or -1 when it has no end or there is none. */
export function skipValue(text: Buffer, at: number): number {
  const byte = text[at];
  if (byte === QUOTE) return skipString(text, at);
  if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return skipContainer(text, at);
  return skipScalar(text, at);
}

function skipContainer(text: Buffer, at: number): number {
  let depth = 0;
  let index = at;
  while (index < text.length) {
    const byte = text[index];
    if (byte === QUOTE) {
      index = skipString(text, index);
      if (index < 0) return -1;
      continue;
    }
    index += 1;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return -1;
}

function skipScalar(text: Buffer, at: number): number {
  let index = at;
  while (index < text.length) {
    const byte = text[index];
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)) break;
    index += 1;
  }
  return index === at ? -1 : index;
}

/** Offset of the `{` that opens the document, behind a byte order mark, or -1 for other documents. */
export function documentObject(text: Buffer): number {
  const hasMark = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  const start = skipSpace(text, hasMark ? 3 : 0);
  return text[start] === OPEN_BRACE ? start : -1;
}

/** Offset of the next key's opening quote at or after `at` within an object, or -1 at its end. */
function nextKey(text: Buffer, at: number): number {
  let index = at;
  while (index < text.length && text[index] !== QUOTE) {
    if (text[index] === CLOSE_BRACE) return -1;
    index += 1;
  }
  return index < text.length ? index : -1;
}

/** The member that begins at or after `at` inside an object, or null when there is no complete one. */
export function nextMember(text: Buffer, at: number): JsonMember | null {
  const keyStart = nextKey(text, at);
  if (keyStart < 0) return null;
  const keyEnd = skipString(text, keyStart);
  if (keyEnd < 0) return null;
  const colon = skipSpace(text, keyEnd);
  if (text[colon] !== COLON) return null;
  const valueStart = skipSpace(text, colon + 1);
  const valueEnd = skipValue(text, valueStart);
  return valueEnd < 0 ? null : { keyStart, keyEnd, valueStart, valueEnd };
}

/**
 * The first member called `key` of the object that opens at `object`, or null. Escapes in keys are
 * decoded; of duplicate keys the first wins.
 */
export function findMember(text: Buffer, object: number, key: string): JsonMember | null {
  let member = nextMember(text, object + 1);
  while (member && !keyEquals(text, member, key)) member = nextMember(text, member.valueEnd);
  return member;
}

function keyEquals(text: Buffer, { keyStart, keyEnd }: JsonMember, key: string): boolean {
  const length = keyEnd - keyStart - 2;
  if (length < key.length) return false;
  if (length > key.length * 6) return false;
  return decodeString(text, keyStart, keyEnd) === key;
}

/** The text of a string literal including its quotes, escapes decoded; a bad escape stays as it is. */
export function decodeString(text: Buffer, start: number, end: number): string {
  const raw = text.toString('utf8', start + 1, end - 1);
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** Offsets of the elements of the array that opens at `array`; null when the array is damaged. */
export function elementsOf(text: Buffer, array: number): readonly [number, number][] | null {
  const elements: [number, number][] = [];
  let index = skipSpace(text, array + 1);
  if (text[index] === CLOSE_BRACKET) return elements;
  for (;;) {
    const end = skipValue(text, index);
    if (end < 0) return null;
    elements.push([index, end]);
    const next = skipSpace(text, end);
    if (text[next] === CLOSE_BRACKET) return elements;
    if (text[next] !== COMMA) return null;
    index = skipSpace(text, next + 1);
  }
}
