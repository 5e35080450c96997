import { UpstreamTarget } from '../upstream-target.interface.js';
import { WireOptions } from './wire-options.interface.js';

/** Node's longest timer, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How to connect to a target without encryption. */
export function wireOptions({
  url,
  timeouts,
}: Pick<UpstreamTarget, 'url' | 'timeouts'>): WireOptions {
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    authority: url.host,
    connectMs: limitMs(timeouts.connect),
    headersMs: limitMs(timeouts.responseHeader),
    idleMs: limitMs(timeouts.idleConn),
    keepAliveMs: limitMs(timeouts.keepalive),
  };
}

/** Seconds of the configuration, where 0 means no limit, as milliseconds of a timer. */
function limitMs(seconds: number): number | null {
  return seconds > 0 ? Math.min(seconds * 1000, LONGEST_TIMER_MS) : null;
}
