import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { Dispatcher, Pool } from 'undici';
import { TimeoutsConfig } from '#lib/config';
import { UpstreamClient } from './upstream-client.js';
import { UpstreamTarget } from './upstream-target.interface.js';

/** Node's longest timer, in milliseconds: as good as never. */
const NEVER_MS = 2 ** 31 - 1;

const MAX_HEADER_BYTES = 256 * 1024;

interface Entry {
  readonly origin: string;
  readonly timeouts: TimeoutsConfig;
  readonly pool: Pool;
}

/**
 * Keeps one pool of connections per model or peer. A target whose address or timeouts have changed
 * gets a new pool; the old one ends when its last request has ended.
 */
@Injectable()
export class UpstreamPools implements OnApplicationShutdown {
  private readonly entries = new Map<string, Entry>();

  /** The pool for a target. */
  poolFor(target: UpstreamTarget): Dispatcher {
    const entry = this.entries.get(target.id);
    if (entry?.timeouts === target.timeouts && entry.origin === target.url.origin)
      return entry.pool;
    return this.replace(target, entry);
  }

  /** Closes the connections of a target that is gone, each when its request has ended. */
  forget(id: string): void {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    if (entry) close(entry.pool);
  }

  /** Ends every connection at once. */
  async onApplicationShutdown(): Promise<void> {
    const pools = [...this.entries.values()].map(({ pool }) => pool.destroy());
    this.entries.clear();
    await Promise.all(pools);
  }

  private replace(target: UpstreamTarget, old: Entry | undefined): Pool {
    const { origin } = target.url;
    const unchanged = old?.origin === origin && sameTimeouts(old.timeouts, target.timeouts);
    const pool = unchanged ? old.pool : createPool(target);
    if (old && !unchanged) close(old.pool);
    this.entries.set(target.id, { origin, timeouts: target.timeouts, pool });
    return pool;
  }
}

function createPool({ url, timeouts }: UpstreamTarget): Pool {
  const isTls = url.protocol === 'https:';
  const connectSeconds = timeouts.connect + (isTls ? timeouts.tlsHandshake : 0);
  return new Pool(url.origin, {
    factory: (origin, options) => new UpstreamClient(origin, options),
    pipelining: 1,
    allowH2: isTls,
    headersTimeout: timeouts.responseHeader * 1000,
    bodyTimeout: 0,
    keepAliveTimeout: milliseconds(timeouts.idleConn),
    keepAliveMaxTimeout: milliseconds(timeouts.idleConn),
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: {
      timeout: timeouts.connect === 0 ? 0 : connectSeconds * 1000,
      keepAlive: timeouts.keepalive > 0,
      keepAliveInitialDelay: milliseconds(timeouts.keepalive),
    },
  });
}

/** Seconds of the configuration, where 0 means none, as milliseconds of a timer. */
function milliseconds(seconds: number): number {
  return seconds > 0 ? Math.min(seconds * 1000, NEVER_MS) : NEVER_MS;
}

function sameTimeouts(one: TimeoutsConfig, other: TimeoutsConfig): boolean {
  return (Object.keys(one) as (keyof TimeoutsConfig)[]).every((key) => one[key] === other[key]);
}

function close(pool: Pool): void {
  // A pool that is being closed reports failures to the requests on it, not here.
  pool.close().catch(() => undefined);
}
