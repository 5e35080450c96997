/** How the HTTP side behaves; everything has a default. */
export interface HttpOptions {
  /** Largest request body in bytes; more is answered with 413. */
  readonly bodyLimitBytes: number;
  /** Host names that a loopback listener accepts besides the loopback ones. */
  readonly allowedHosts: readonly string[];
  /** Milliseconds in which a client must have sent its headers. */
  readonly headersTimeoutMs: number;
  /** Milliseconds that an idle connection stays open; longer than the usual gateway's. */
  readonly keepAliveTimeoutMs: number;
  /** Largest size of all headers of a request in bytes. */
  readonly maxHeaderBytes: number;
}

/** Injection token of {@link HttpOptions}. */
export const HTTP_OPTIONS = Symbol.for('drover:http-options');

/** What applies where nothing else is said. */
export const DEFAULT_HTTP_OPTIONS: HttpOptions = {
  bodyLimitBytes: 512 * 1024 * 1024,
  allowedHosts: [],
  headersTimeoutMs: 15_000,
  keepAliveTimeoutMs: 125_000,
  maxHeaderBytes: 256 * 1024,
};
