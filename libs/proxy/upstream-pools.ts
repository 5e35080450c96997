import { Inject, Injectable, OnApplicationShutdown } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { TimeoutsConfig, TlsConfig } from '#lib/config';
import { type Clock, CLOCK } from '#lib/foundation';
import { certificateCheck } from './certificate-check.js';
import { DispatchSender } from './dispatch-sender.js';
import { environmentProxy } from './environment-proxy.js';
import type { UpstreamWay } from './upstream-dispatcher.js';
import { UpstreamSender } from './upstream-link.interface.js';
import { UpstreamTarget } from './upstream-target.interface.js';
import { WirePool, wireOptions } from './wire/index.js';

interface Entry {
  readonly url: URL;
  readonly timeouts: TimeoutsConfig;
  readonly tls: TlsConfig | undefined;
  readonly sender: UpstreamSender;
}

/**
 * Keeps the connections of each model and peer. A target whose address, timeouts or certificates have
 * changed gets new ones; the old ones end when their last request has ended. Upstreams without
 * encryption are spoken to directly, which costs least; those with it, and those behind a proxy,
 * through undici.
 */
@Injectable()
export class UpstreamPools implements OnApplicationShutdown {
  private readonly entries = { local: new Map<string, Entry>(), peer: new Map<string, Entry>() };

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** The sender of requests to a target. */
  poolFor(target: UpstreamTarget): UpstreamSender {
    const entry = this.entries[target.kind].get(target.id);
    const isKnown = entry?.timeouts === target.timeouts && entry.tls === target.tls;
    return isKnown && entry.url === target.url ? entry.sender : this.replace(target, entry);
  }

  /** Closes the connections of a target that is gone, each when its request has ended. */
  forget({ kind, id }: Pick<UpstreamTarget, 'kind' | 'id'>): void {
    const entry = this.entries[kind].get(id);
    this.entries[kind].delete(id);
    entry?.sender.close();
  }

  /** Ends every connection at once. */
  async onApplicationShutdown(): Promise<void> {
    const { local, peer } = this.entries;
    const ends = [...local.values(), ...peer.values()].map(({ sender }) => sender.destroy());
    local.clear();
    peer.clear();
    await Promise.all(ends);
  }

  private replace(target: UpstreamTarget, old: Entry | undefined): UpstreamSender {
    const { url, timeouts, tls } = target;
    const isSameAddress = old?.url.origin === url.origin;
    const unchanged = isSameAddress && isSame(old.timeouts, timeouts) && isSame(old.tls, tls);
    const sender = unchanged ? old.sender : this.create(target);
    if (old && !unchanged) old.sender.close();
    this.entries[target.kind].set(target.id, { url, timeouts, tls, sender });
    return sender;
  }

  private create(target: UpstreamTarget): UpstreamSender {
    const { url } = target;
    const proxy = environmentProxy(url, process.env);
    const isDirect = url.protocol === 'http:' && proxy === null;
    if (isDirect) return new WirePool(wireOptions(target), this.clock);
    const tls = certificateCheck(target.tls);
    return new DispatchSender(url, openDispatcher(target, { proxy, tls }));
  }
}

/** Undici takes 5 MiB, which only those shall pay who have such an upstream. */
async function openDispatcher(target: UpstreamTarget, way: UpstreamWay): Promise<Dispatcher> {
  const { createDispatcher } = await import('./upstream-dispatcher.js');
  return createDispatcher(target, way);
}

function isSame<Values extends object>(
  one: Values | undefined,
  other: Values | undefined,
): boolean {
  if (!one || !other) return one === other;
  return (Object.keys(one) as (keyof Values)[]).every((key) => one[key] === other[key]);
}
