import { PeerConfig } from '#lib/config';
import { UpstreamTarget } from '#lib/proxy';

/** Where the requests for a peer go. */
export function peerTarget({ id, proxy, timeouts, tls }: PeerConfig): UpstreamTarget {
  return { id, url: new URL(proxy), timeouts, tls, kind: 'peer' };
}

/** Headers that carry a peer's own key in both usual forms; undefined when it has none. */
export function peerKeyHeaders({ apiKey }: PeerConfig): readonly string[] | undefined {
  return apiKey === '' ? undefined : ['Authorization', `Bearer ${apiKey}`, 'x-api-key', apiKey];
}
