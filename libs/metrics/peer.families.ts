import { SampledFamily, SampledFamilyOptions } from './sampled-family.js';

/** One peer as its families show it. Null is absent on the page. */
export interface PeerView {
  readonly id: string;
  readonly state: string;
  readonly latencyMs: number | null;
  readonly probes: number;
  readonly failedProbes: number;
  readonly failedRequests: number;
  readonly handedOn: number;
}

/** What the families read when a page is made. */
export interface PeerSource {
  /** Every state that a peer can be in. */
  readonly states: readonly string[];
  all(): readonly PeerView[];
}

/** Families about the remote servers; without peers the page has none of their values. */
export function peerFamilies(source: PeerSource): readonly SampledFamily[] {
  const all = (): readonly PeerView[] => source.all();
  const families: readonly SampledFamilyOptions[] = [
    {
      name: 'drover_peer_state',
      help: '1 for the present state of a peer, 0 for the others',
      type: 'gauge',
      read: () =>
        all().flatMap(({ id: peer, state: present }) =>
          source.states.map((state) => ({
            labels: { peer, state },
            value: state === present ? 1 : 0,
          })),
        ),
    },
    {
      name: 'drover_peer_probe_latency_seconds',
      help: 'How long the last answer to a probe took',
      type: 'gauge',
      read: () =>
        all().flatMap(({ id: peer, latencyMs }) =>
          latencyMs === null ? [] : [{ labels: { peer }, value: latencyMs / 1000 }],
        ),
    },
    counter(all, 'probes', ['Probes of a peer', 'probes']),
    counter(all, 'probe_failures', ['Probes that found a peer not well', 'failedProbes']),
    counter(all, 'request_failures', ['Requests that a peer did not answer', 'failedRequests']),
    counter(all, 'handed_on', ['Requests that went on to another peer', 'handedOn']),
  ];
  return families.map((options) => new SampledFamily(options));
}

function counter(
  read: () => readonly PeerView[],
  name: string,
  [help, member]: readonly [string, 'probes' | 'failedProbes' | 'failedRequests' | 'handedOn'],
): SampledFamilyOptions {
  return {
    name: `drover_peer_${name}_total`,
    help,
    type: 'counter',
    read: () => read().map((peer) => ({ labels: { peer: peer.id }, value: peer[member] })),
  };
}
