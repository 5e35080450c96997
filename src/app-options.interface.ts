import { Clock } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { BuildInfo } from './cli/version.js';

/** A certificate and its key, PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Authorities whose client certificates are accepted, PEM; null when clients need none. */
  readonly clientCa: Buffer | null;
}

/** What exists before Nest boots and is handed to it: see `createApp`. */
export interface AppOptions {
  readonly clock: Clock;
  readonly logs: LogService;
  readonly build: BuildInfo;
  /** Host that will be listened on; empty means every interface. Decides on the Host allow-list. */
  readonly listenHost: string;
  /** HTTP/1.1 and HTTP/2 by ALPN when given, else plain HTTP/1.1. */
  readonly tls: TlsMaterial | null;
  /**
   * Aborts when the shutdown begins: the readiness route answers 503 and clients are told to look for
   * another connection.
   */
  readonly draining: AbortSignal;
  /**
   * Aborts when no new connection is accepted any more: endless streams (logs, events, sockets) end.
   */
  readonly closing: AbortSignal;
}

/** Injection token of {@link AppOptions}. */
export const APP_OPTIONS = Symbol.for('drover:app-options');
