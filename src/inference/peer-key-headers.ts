import { PeerConfig } from '#lib/config';

/** Headers that carry a peer's own key in both usual forms; undefined when it has none. */
export function peerKeyHeaders({ apiKey }: PeerConfig): readonly string[] | undefined {
  return apiKey === '' ? undefined : ['Authorization', `Bearer ${apiKey}`, 'x-api-key', apiKey];
}
