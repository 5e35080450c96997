const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1000,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
};

/**
 * Reads a duration such as `2s`, `500ms`, `1m30s` or a plain number of seconds.
 * @returns milliseconds
 * @throws RangeError when the text is none of these
 */
export function parseDurationMs(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const part = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new RangeError(`"${text}" is no duration; write for example 2s, 500ms or 1m30s`);
  }
  return [...text.matchAll(part)].reduce(
    (sumMs, [, amount, unit]) => sumMs + Number(amount) * DURATION_UNITS_MS[unit!]!,
    0,
  );
}

/**
 * Reads an amount of memory such as `64MiB`, `1.5G` or a plain number of bytes.
 * @returns whole bytes
 * @throws RangeError when the text is no such amount
 */
export function parseByteSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
  const unit = match ? BYTE_UNITS[match[2]!.toLowerCase()] : undefined;
  if (!match || unit === undefined) {
    throw new RangeError(`"${text}" is no amount of memory; write for example 64MiB or 2GB`);
  }
  return Math.floor(Number(match[1]) * unit);
}

/**
 * Reads a number that is not negative.
 * @throws RangeError naming the flag otherwise
 */
export function parseAmount(flag: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new RangeError(`--${flag} takes a number that is not negative, not "${text}"`);
  }
  return Number(text);
}

/**
 * Reads a whole number of at least `least`.
 * @throws RangeError naming the flag otherwise
 */
export function parseCount(flag: string, text: string, least = 0): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least) {
    throw new RangeError(`--${flag} takes a whole number from ${least} on, not "${text}"`);
  }
  return value;
}
