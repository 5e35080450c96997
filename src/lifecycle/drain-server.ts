import { Server } from 'node:http';

/** The part of the HTTP application that stops listening; resolves when nobody is served. */
export interface Closable {
  close(): Promise<unknown>;
}

/**
 * Stops listening and waits for the requests in flight; idle connections close at once. When
 * `signal` aborts, the connections that are left are cut.
 */
export async function drainServer(
  http: Closable,
  server: Pick<Server, 'closeAllConnections'> | object,
  signal: AbortSignal,
): Promise<void> {
  const cut = (): void => {
    if ('closeAllConnections' in server) server.closeAllConnections();
  };
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => {
    cut();
    aborted.resolve();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([http.close(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
