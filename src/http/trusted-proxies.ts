import { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { clientAddress } from '#lib/logs';
import { FORWARDING_HEADERS } from '#lib/proxy';

/**
 * The proxies whose word about their clients counts. Without any, everybody's does, as existing
 * set-ups expect.
 */
export class TrustedProxies {
  private networks = new BlockList();
  private networksOf: readonly string[] = [];

  /**
   * Leaves of a request's forwarding headers what can be believed: nothing from a connection that no
   * trusted proxy opened, else a chain that begins at the client.
   *
   * @param trusted networks in CIDR notation
   * @returns whether a trusted proxy has opened the connection
   */
  sift(request: IncomingMessage, trusted: readonly string[]): boolean {
    if (trusted.length === 0) return false;
    this.read(trusted);
    const peer = request.socket.remoteAddress ?? '';
    if (!this.isTrusted(peer)) {
      forgetForwarding(request);
      return false;
    }
    const { headers } = request;
    if (headers['x-forwarded-for'] === undefined) return true;
    const { 'x-forwarded-for': forwarded, 'x-real-ip': real } = headers;
    const named = { 'x-forwarded-for': forwarded, 'x-real-ip': real };
    headers['x-forwarded-for'] = clientAddress(named, peer, (other) => this.isTrusted(other));
    return true;
  }

  private isTrusted(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.networks.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }

  private read(trusted: readonly string[]): void {
    if (trusted === this.networksOf) return;
    this.networksOf = trusted;
    this.networks = new BlockList();
    for (const network of trusted) {
      const [address = '', bits] = network.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.networks.addAddress(address, family);
      else this.networks.addSubnet(address, Number(bits), family);
    }
  }
}

/** Removes the headers from both forms that a request has them in. */
function forgetForwarding({ headers, rawHeaders }: IncomingMessage): void {
  for (const name of FORWARDING_HEADERS) delete headers[name];
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (FORWARDING_HEADERS.has(rawHeaders[at]!.toLowerCase())) rawHeaders.splice(at, 2);
  }
}
