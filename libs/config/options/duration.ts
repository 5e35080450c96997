const UNIT_NS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['μs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

/**
 * Milliseconds of a duration such as `1m30s`, `1.5h` or `5000ms`, with an optional sign; `0` needs
 * no unit. Null for anything else. The grammar is that of Go's `time.ParseDuration`.
 */
export function parseDurationMs(text: string): number | null {
  const unsigned = text.replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (unsigned === '0') return 0;
  if (unsigned === '') return null;
  let totalNs = 0;
  let at = 0;
  const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
  while (at < unsigned.length) {
    part.lastIndex = at;
    const match = part.exec(unsigned);
    if (!match) return null;
    totalNs += Number(match[1]) * UNIT_NS.get(match[2]!)!;
    at = part.lastIndex;
  }
  return (sign * totalNs) / 1e6;
}
