/** The headers that may tell who is behind a proxy, as Node's HTTP server hands them out. */
export interface AddressHeaders {
  readonly 'x-forwarded-for'?: string | string[] | undefined;
  readonly 'x-real-ip'?: string | string[] | undefined;
}

/**
 * The address of the client behind a request.
 *
 * Without `isTrusted` the headers are believed from anybody, as existing set-ups expect: the first
 * element of `X-Forwarded-For`, else `X-Real-IP`, else the peer. With `isTrusted` they are believed
 * from trusted peers only, and the client is the last address in the chain that is not trusted.
 */
export function clientAddress(
  headers: AddressHeaders,
  peer: string,
  isTrusted?: (address: string) => boolean,
): string {
  // Nearly every request, where there is no proxy.
  if (headers['x-forwarded-for'] === undefined && headers['x-real-ip'] === undefined) return peer;
  const chain = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
  const realIp = String(headers['x-real-ip'] ?? '').trim();
  if (!isTrusted) return chain[0] ?? (realIp || peer);
  if (!isTrusted(peer)) return peer;
  return chain.findLast((address) => !isTrusted(address)) ?? chain[0] ?? (realIp || peer);
}
