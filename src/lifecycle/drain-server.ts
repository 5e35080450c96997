import { Server } from 'node:net';
import { Clock } from '#lib/foundation';

/** How often connections that have become idle are looked for, milliseconds. */
const IDLE_PERIOD_MS = 25;

/** A server that is to stop listening. */
export interface DrainingServer {
  /** Stops listening; resolves when all connections have closed. */
  close(): Promise<unknown>;
  /** The server underneath. */
  readonly server: Server;
}

/**
 * Stops listening and waits for the requests in flight. A connection closes as soon as it is idle:
 * by itself one that was busy at the start of this would stay open for another request.
 *
 * @param signal When it aborts, nobody is waited for any more; busy connections stay.
 */
export async function drainServer(
  draining: DrainingServer,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => aborted.resolve(), { once: true });
  const cancel = clock.every(IDLE_PERIOD_MS, () => closeIdle(draining.server));
  try {
    await Promise.race([draining.close(), aborted.promise]);
  } finally {
    cancel();
  }
}

/** Cuts every connection that is left. */
export function cutConnections(server: Server): void {
  if ('closeAllConnections' in server) (server as unknown as ClosingServer).closeAllConnections();
}

interface ClosingServer {
  closeIdleConnections(): void;
  closeAllConnections(): void;
}

function closeIdle(server: Server): void {
  if ('closeIdleConnections' in server) (server as unknown as ClosingServer).closeIdleConnections();
}
