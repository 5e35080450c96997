import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { formatListenAddress, ListenAddress } from './listen-address.js';

/** The part of an HTTP application that opens its listener. */
export interface Listenable {
  listen(port: number, host: string): Promise<unknown>;
  /** The address in use, once it listens. */
  address(): { readonly address: string; readonly port: number };
}

/** Codes of machines without IPv6. */
const NO_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/**
 * Opens the listener. An empty host means every interface: IPv6 and IPv4 on one socket, or IPv4
 * alone where there is no IPv6.
 *
 * @returns The address in use, with the port that the system chose if 0 was asked for; a host name
 * stays as it was written.
 * @throws Error that says what is wrong with the address and what to do.
 */
export async function listen(target: Listenable, wanted: ListenAddress): Promise<ListenAddress> {
  try {
    await (wanted.host === ''
      ? listenEverywhere(target, wanted.port)
      : target.listen(wanted.port, await oneAddress(wanted.host)));
  } catch (error) {
    const text = formatListenAddress(wanted);
    throw new Error(`cannot listen on ${text}: ${advice(error)}`, { cause: error });
  }
  const { address, port } = target.address();
  return { host: wanted.host || address, port };
}

/** A host name stands for one address, an IPv4 one where there is one. */
async function oneAddress(host: string): Promise<string> {
  if (isIP(host)) return host;
  const { address } = await lookup(host, { order: 'ipv4first' });
  return address;
}

async function listenEverywhere(target: Listenable, port: number): Promise<void> {
  try {
    await target.listen(port, '::');
  } catch (error) {
    if (!NO_IPV6.has(codeOf(error))) throw error;
    await target.listen(port, '0.0.0.0');
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

function advice(error: unknown): string {
  const message = (error as Error).message;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `${message}; another program uses this port: end it, or choose another with -listen`;
    case 'EACCES':
      return `${message}; ports below 1024 need rights: choose another with -listen`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${message}; the host name cannot be resolved`;
    default:
      return message;
  }
}
