/** Names of headers, in lower case, whose values are never shown. */
export const SECRET_HEADERS: ReadonlySet<string> = new Set([
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
    const name = pairs[at]!.toLowerCase();
    if (name.startsWith(':')) continue;
    const key = usualCapitals(name);
    if (shown.has(key)) continue;
    const isSecret = SECRET_HEADERS.has(name) || moreSecrets.has(name);
    shown.set(key, isSecret ? REDACTED : pairs[at + 1]!);
  }
  return Object.fromEntries(shown);
}

/** `content-type` as `Content-Type`. */
function usualCapitals(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
