import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { Dispatcher } from 'undici';
import { TimeoutsConfig, TlsConfig } from '#lib/config';
import { createDispatcher } from './upstream-dispatcher.js';
import { UpstreamTarget } from './upstream-target.interface.js';

interface Entry {
  readonly origin: string;
  readonly timeouts: TimeoutsConfig;
  readonly tls: TlsConfig | undefined;
  readonly pool: Dispatcher;
}

/**
 * Keeps one pool of connections per model or peer. A target whose address or timeouts have changed
 * gets a new pool; the old one ends when its last request has ended.
 */
@Injectable()
export class UpstreamPools implements OnApplicationShutdown {
  private readonly entries = { local: new Map<string, Entry>(), peer: new Map<string, Entry>() };

  /** The pool for a target. */
  poolFor(target: UpstreamTarget): Dispatcher {
    const entry = this.entries[target.kind].get(target.id);
    const isKnown = entry?.timeouts === target.timeouts && entry.tls === target.tls;
    return isKnown && entry.origin === target.url.origin ? entry.pool : this.replace(target, entry);
  }

  /** Closes the connections of a target that is gone, each when its request has ended. */
  forget({ kind, id }: Pick<UpstreamTarget, 'kind' | 'id'>): void {
    const entry = this.entries[kind].get(id);
    this.entries[kind].delete(id);
    if (entry) close(entry.pool);
  }

  /** Ends every connection at once. */
  async onApplicationShutdown(): Promise<void> {
    const { local, peer } = this.entries;
    const pools = [...local.values(), ...peer.values()].map(({ pool }) => pool.destroy());
    local.clear();
    peer.clear();
    await Promise.all(pools);
  }

  private replace(target: UpstreamTarget, old: Entry | undefined): Dispatcher {
    const { timeouts, tls } = target;
    const { origin } = target.url;
    const unchanged =
      old?.origin === origin && isSame(old.timeouts, timeouts) && isSame(old.tls, tls);
    const pool = unchanged ? old.pool : createDispatcher(target, process.env);
    if (old && !unchanged) close(old.pool);
    this.entries[target.kind].set(target.id, { origin, timeouts, tls, pool });
    return pool;
  }
}

function isSame<Values extends object>(
  one: Values | undefined,
  other: Values | undefined,
): boolean {
  if (!one || !other) return one === other;
  return (Object.keys(one) as (keyof Values)[]).every((key) => one[key] === other[key]);
}

function close(pool: Dispatcher): void {
  // A pool that is being closed reports failures to the requests on it, not here.
  pool.close().catch(() => undefined);
}
