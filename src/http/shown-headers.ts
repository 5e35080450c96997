/** Names of headers, in lower case, whose values are never shown. */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-auth-token',
  'x-amz-security-token',
]);

const REDACTED = '[REDACTED]';

/**
 * Headers as they may be shown: first value per name, names in the usual capitals, secrets blanked.
 *
 * @param pairs names and values alternating
 * @param moreSecrets further secret names in lower case
 */
export function shownHeaders(
  pairs: readonly string[],
  moreSecrets: ReadonlySet<string> = SECRET_HEADERS,
): Record<string, string> {
  const shown = new Map<string, string>();
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const { lower, usual, isSecret } = spellingOf(pairs[at]!);
    if (lower.startsWith(':') || shown.has(usual)) continue;
    shown.set(usual, isSecret || moreSecrets.has(lower) ? REDACTED : pairs[at + 1]!);
  }
  return Object.fromEntries(shown);
}

/** What is known about a header's name. */
interface Spelling {
  readonly lower: string;
  readonly usual: string;
  readonly isSecret: boolean;
}

/** Names come from clients, so that there may be any number of them. */
const MOST_KNOWN = 500;

const known = new Map<string, Spelling>();

/** Nearly all requests have headers of the same names. */
function spellingOf(name: string): Spelling {
  let spelling = known.get(name);
  if (!spelling) {
    const lower = name.toLowerCase();
    spelling = { lower, usual: usualCapitals(lower), isSecret: SECRET_HEADERS.has(lower) };
    if (known.size < MOST_KNOWN) known.set(name, spelling);
  }
  return spelling;
}

/** `content-type` as `Content-Type`. */
function usualCapitals(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
