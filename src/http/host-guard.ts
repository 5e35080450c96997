import { AddressInfo, BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address is one that only this machine can reach. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Protects a loopback listener against DNS rebinding: a page whose own name resolves to this machine
 * sends that name as Host. A listener that others can reach accepts every name.
 */
export class HostGuard {
  private checks = false;
  /** Nearly every request names the same host. */
  private lastAccepted = '';
  private lastAllowed: readonly string[] = [];

  /** Takes note of where the server listens. */
  listening(address: AddressInfo | string | null): void {
    this.checks =
      address !== null && typeof address === 'object' && isLoopbackAddress(address.address);
  }

  /**
   * Whether a request with this Host header may be answered; none is sent by HTTP/1.0 clients.
   *
   * @param allowed names accepted besides the loopback ones, in any case, with or without port
   */
  accepts(host: string | undefined, allowed: readonly string[]): boolean {
    if (!this.checks || host === undefined || host === '') return true;
    if (host === this.lastAccepted && allowed === this.lastAllowed) return true;
    if (!isAllowed(host, allowed)) return false;
    this.lastAccepted = host;
    this.lastAllowed = allowed;
    return true;
  }
}

function isAllowed(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  const plain = name.startsWith('[') ? name.slice(1, -1) : name;
  return (
    plain === 'localhost' ||
    plain.endsWith('.localhost') ||
    isLoopbackAddress(plain) ||
    allowed.some((own) => [plain, host.toLowerCase()].includes(own.toLowerCase()))
  );
}
