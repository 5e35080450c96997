/**
 * Value of the first parameter called `name` in a query or an urlencoded form (WHATWG URL, 5.1);
 * null without one.
 */
export function parameterOf(encoded: string, name: string): string | null {
  if (!encoded.includes(name) && !encoded.includes('%')) return null;
  for (const pair of encoded.split('&')) {
    const [key, value] = splitPair(pair);
    if (decode(key) === name) return decode(value);
  }
  return null;
}

/** A copy in which every parameter called `name` has this value; all other bytes stay. */
export function replaceParameter(encoded: string, name: string, value: string): string {
  return encoded
    .split('&')
    .map((pair) => {
      const [key] = splitPair(pair);
      return decode(key) === name ? `${key}=${encode(value)}` : pair;
    })
    .join('&');
}

function splitPair(pair: string): readonly [key: string, value: string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll('%20', '+');
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
