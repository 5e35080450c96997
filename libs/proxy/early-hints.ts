import { ServerResponse } from 'node:http';

/**
 * Passes a 103 on to the client (RFC 8297); other interim answers carry nothing for it.
 *
 * @param headers names and values alternating
 */
export function passEarlyHints(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
): void {
  if (status !== 103 || response.headersSent) return;
  const hints: Record<string, string | string[]> = {};
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!.toLowerCase();
    const known = hints[name];
    hints[name] = known === undefined ? headers[at + 1]! : [known, headers[at + 1]!].flat();
  }
  const { link } = hints;
  if (link !== undefined) response.writeEarlyHints({ ...hints, link });
}
