import { TimeoutsConfig, TlsConfig } from '#lib/config';

/** A server that requests are forwarded to. */
export interface UpstreamTarget {
  /** Id of the model or of the peer; connections are kept per kind and id. */
  readonly id: string;
  /** Base address; its path and query are put before those of each request. */
  readonly url: URL;
  readonly timeouts: TimeoutsConfig;
  /** A local server gets the client's Host and forwarding headers, a peer its own host and none. */
  readonly kind: 'local' | 'peer';
  /** How its certificate is checked; absent: against what Node trusts by default. */
  readonly tls?: TlsConfig;
}
