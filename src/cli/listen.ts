import { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { formatListenAddress, ListenAddress } from './listen-address.js';

/** Codes of machines without IPv6. */
const NO_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/**
 * Opens the listener. An empty host means every interface: IPv6 and IPv4 on one socket, or IPv4
 * alone where there is no IPv6.
 *
 * @returns The address in use, with the port that the system chose if 0 was asked for.
 * @throws Error that says what is wrong with the address and what to do.
 */
export async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  try {
    if (address.host !== '') return await listenOn(server, address);
    try {
      return await listenOn(server, { ...address, host: '::' });
    } catch (error) {
      if (!NO_IPV6.has(codeOf(error))) throw error;
      return await listenOn(server, { ...address, host: '0.0.0.0' });
    }
  } catch (error) {
    const text = formatListenAddress(address);
    throw new Error(`cannot listen on ${text}: ${advice(error)}`, { cause: error });
  }
}

async function listenOn(server: Server, { host, port }: ListenAddress): Promise<ListenAddress> {
  server.listen({ host, port });
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return { host: bound.address, port: bound.port };
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
