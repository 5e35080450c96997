import { PeerConfig } from '#lib/config';
import { UpstreamTarget } from '#lib/proxy';

const targets = new WeakMap<PeerConfig, UpstreamTarget>();

/** Where the requests for a peer go; read once per configuration. */
export function peerTarget(peer: PeerConfig): UpstreamTarget {
  let target = targets.get(peer);
  if (!target) {
    const { id, proxy, timeouts, tls } = peer;
    target = { id, url: new URL(proxy), timeouts, tls, kind: 'peer' };
    targets.set(peer, target);
  }
  return target;
}

/** Headers that carry a peer's own key in both usual forms; undefined when it has none. */
export function peerKeyHeaders({ apiKey }: PeerConfig): readonly string[] | undefined {
  return apiKey === '' ? undefined : ['Authorization', `Bearer ${apiKey}`, 'x-api-key', apiKey];
}
