import { createServer } from 'node:net';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Injection token of the {@link PortCheck}. */
export const PORT_CHECK = Symbol.for('drover:port-check');

/** Tells before a start whether the port that a server is about to open is taken. */
export interface PortCheck {
  /** The taken port, or null when it is free or nothing can be said. */
  takenPort(proxy: URL, command: readonly string[]): Promise<number | null>;
}

/**
 * Tries to listen on the proxy's port where that is a loopback address and the command names the
 * port. A command that does not name it is no reason to refuse: there are models whose command is
 * only a stand-in for a server that runs all the time.
 */
export class ListenPortCheck implements PortCheck {
  async takenPort(proxy: URL, command: readonly string[]): Promise<number | null> {
    const port = Number(proxy.port);
    if (port === 0 || !LOOPBACK.test(proxy.hostname)) return null;
    const named = new RegExp(`(?<!\\d)${port}(?!\\d)`);
    if (!command.some((word) => named.test(word))) return null;
    const host = proxy.hostname === '[::1]' ? '::1' : '127.0.0.1';
    return (await isTaken(port, host)) ? port : null;
  }
}

function isTaken(port: number, host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)));
  return promise;
}
