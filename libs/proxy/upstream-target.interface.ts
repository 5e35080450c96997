import { TimeoutsConfig } from '#lib/config';

/** A server that requests are forwarded to. */
export interface UpstreamTarget {
  /** Model or peer id; connections are kept per id. */
  readonly id: string;
  /** Base address; its path and query are put before those of each request. */
  readonly url: URL;
  readonly timeouts: TimeoutsConfig;
  /** A local server gets the client's Host and forwarding headers, a peer its own host and none. */
  readonly kind: 'local' | 'peer';
}
