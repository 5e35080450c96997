import { Setting } from './setting.decorator.js';

/** Longest pause between two probes that Drover takes by itself, milliseconds. */
const PROBE_EVERY_MS = 15_000;

/** Longest wait for the answer to a probe, milliseconds. */
const PROBE_TIMEOUT_MS = 5000;

/** The block `peering`. */
export class PeeringOptions {
  @Setting({
    kind: 'flag',
    doc: 'Whether a model that several peers offer may be asked for by its own name: the peers that are up take turns, and a request that one of them cannot take goes to the next. Otherwise such a name means nothing.',
  })
  failover = false;

  @Setting({
    kind: 'duration',
    default: '`15s`',
    doc: 'How often each peer is asked whether it is there, at least `1s`; `0s` = never, only requests tell.',
  })
  probeEvery = PROBE_EVERY_MS;

  @Setting({
    kind: 'duration',
    default: '`5s`',
    doc: 'Longest wait for the answer to a probe, at least `100ms`.',
  })
  probeTimeout = PROBE_TIMEOUT_MS;
}
