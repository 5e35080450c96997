import { ServerLimitsConfig } from '#lib/config';

/** Limits of what clients may send and how long they may take. */
export interface ServerLimits extends ServerLimitsConfig {
  /** Largest request body in bytes; more is answered with 413. */
  readonly bodyBytes: number;
  /** Largest size of all headers of a request in bytes. */
  readonly maxHeaderBytes: number;
}

/** What applies where nothing else is said. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  bodyBytes: 512 * 1024 * 1024,
  headersTimeoutMs: 15_000,
  keepAliveTimeoutMs: 125_000,
  maxHeaderBytes: 256 * 1024,
  bodyRateBytes: 500,
  bodyWindowMs: 20_000,
  checkIntervalMs: 5000,
  maxConnections: 0,
  maxRequestsPerConnection: 0,
};
