import { BlockList, isIP, isIPv4 } from 'node:net';

/** Variables of an environment, as in `process.env`. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name for an address, in small letters or
 * large, or null for the direct way. This machine itself is never asked for through a proxy. An entry
 * of `NO_PROXY` is `*`, an address, a network (CIDR), or a domain, which means what is below it too
 * (with a dot in front: only what is below it); each may have a port.
 */
export function environmentProxy(target: URL, variables: ProxyVariables): URL | null {
  const host = plainHost(target.hostname);
  if (host === 'localhost' || host.endsWith('.localhost') || isLoopback(host)) return null;
  const read = (name: string): string =>
    variables[name.toLowerCase()] || variables[name.toUpperCase()] || '';
  const address = read(target.protocol === 'https:' ? 'https_proxy' : 'http_proxy').trim();
  if (address === '') return null;
  const port = target.port || DEFAULT_PORTS[target.protocol] || '';
  const entries = read('no_proxy').split(/[\s,]+/);
  if (entries.some((entry) => entry !== '' && excepts(entry, { host, port }))) return null;
  const text = address.includes('://') ? address : `http://${address}`;
  return URL.canParse(text) ? new URL(text) : null;
}

interface Place {
  readonly host: string;
  readonly port: string;
}

function excepts(entry: string, { host, port }: Place): boolean {
  if (entry === '*') return true;
  const [name, entryPort] = splitPort(entry.toLowerCase());
  if (entryPort !== '' && entryPort !== port) return false;
  if (name.includes('/')) return isInNetwork(host, name);
  if (isIP(name) > 0) return name === host;
  const domain = name.replace(/^\*(?=\.)/, '');
  if (domain.startsWith('.')) return host.endsWith(domain);
  return host === domain || host.endsWith(`.${domain}`);
}

function splitPort(entry: string): readonly [name: string, port: string] {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry);
  if (bracketed) return [bracketed[1]!, bracketed[2] ?? ''];
  const named = /^([^:]+):(\d+)$/.exec(entry);
  return named ? [named[1]!, named[2]!] : [entry, ''];
}

function isInNetwork(host: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const isV4 = isIPv4(base);
  if (isIP(base) === 0 || isIP(host) !== isIP(base) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (isV4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), isV4 ? 'ipv4' : 'ipv6');
  return list.check(host, isV4 ? 'ipv4' : 'ipv6');
}

function isLoopback(host: string): boolean {
  return isIP(host) > 0 && LOOPBACK.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
}

function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}
