import { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Where the server listens. */
export interface ListenAddress {
  /** Host name or IP without brackets; empty means every interface, IPv4 and IPv6. */
  readonly host: string;
  /** 0 lets the operating system choose. */
  readonly port: number;
}

const NAMED_PORTS: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['http', 80],
  ['https', 443],
]);

/**
 * Reads `host:port`, `:port` or `[ipv6]:port`.
 *
 * @throws Error that says what is missing or wrong.
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  if (!match) throw new Error(`address ${text}: ${whatIsWrong(text)}`);
  const host = match[1] ?? match[2] ?? '';
  const port = parsePort(match[3] ?? '');
  if (port === null) {
    throw new Error(`address ${text}: port ${match[3]} is not a number from 0 to 65535`);
  }
  return { host, port };
}

/** Writes an address as `host:port`, IPv6 in brackets. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Resolves a host name to all its addresses; injected for tests. */
export type LookupAll = (host: string) => Promise<readonly LookupAddress[]>;

const lookupAll: LookupAll = (host) => lookup(host, { all: true });

/**
 * Whether only this machine can reach the address. An empty or wildcard host is reachable from
 * outside; of a host name, every address has to be loopback; a name that cannot be resolved counts
 * as reachable.
 */
export async function isLoopbackOnly(host: string, resolve = lookupAll): Promise<boolean> {
  if (host === '') return false;
  if (isIP(host)) return isLoopback(host);
  try {
    const addresses = await resolve(host);
    return addresses.length > 0 && addresses.every(({ address }) => isLoopback(address));
  } catch {
    return false;
  }
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(address: string): boolean {
  const plain = address.split('%')[0] ?? address;
  return loopback.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

function parsePort(text: string): number | null {
  const named = NAMED_PORTS.get(text.toLowerCase());
  if (named !== undefined) return named;
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}

function whatIsWrong(text: string): string {
  if (!text.includes(':')) return 'missing port in address; write host:port, for example :8080';
  if (isIP(text) === 6 || text.split(':').length > 2) {
    return 'too many colons in address; write an IPv6 host in brackets, for example [::1]:8080';
  }
  return 'want host:port';
}
