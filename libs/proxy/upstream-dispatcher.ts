import { buildConnector, Dispatcher, Pool, ProxyAgent } from 'undici';
import { CertificateCheck } from './certificate-check.js';
import { UpstreamClient } from './upstream-client.js';
import { UpstreamTarget } from './upstream-target.interface.js';

/** Node's longest timer, in milliseconds: as good as never. */
const NEVER_MS = 2 ** 31 - 1;

const MAX_HEADER_BYTES = 256 * 1024;

/** How to get to a target. */
export interface UpstreamWay {
  /** The proxy to go through; null for the direct way. */
  readonly proxy: URL | null;
  readonly tls: CertificateCheck;
}

/** Connections to one target: a pool of its own, or tunnels through a proxy. */
export function createDispatcher(target: UpstreamTarget, { proxy, tls }: UpstreamWay): Dispatcher {
  const options = poolOptions(target);
  if (proxy) return new ProxiedUpstream(target.url.origin, { proxy, options, tls });
  return new Pool(target.url.origin, { ...options, connect: connector(target, tls) });
}

function poolOptions({ url, timeouts }: UpstreamTarget): Pool.Options {
  return {
    factory: (origin, options) => new UpstreamClient(origin, options),
    pipelining: 1,
    allowH2: url.protocol === 'https:',
    headersTimeout: timeouts.responseHeader * 1000,
    bodyTimeout: 0,
    keepAliveTimeout: milliseconds(timeouts.idleConn),
    keepAliveMaxTimeout: milliseconds(timeouts.idleConn),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
}

/** Checks certificates against the target's own name, whatever Host the client has sent. */
function connector(
  { url, timeouts }: UpstreamTarget,
  tls: CertificateCheck,
): buildConnector.connector {
  const isTls = url.protocol === 'https:';
  const connectSeconds = timeouts.connect + (isTls ? timeouts.tlsHandshake : 0);
  const connect = buildConnector({
    ...tls,
    allowH2: isTls,
    timeout: timeouts.connect === 0 ? 0 : connectSeconds * 1000,
    keepAlive: timeouts.keepalive > 0,
    keepAliveInitialDelay: milliseconds(timeouts.keepalive),
  });
  return (options, callback) => connect({ ...options, servername: undefined }, callback);
}

/** Seconds of the configuration, where 0 means none, as milliseconds of a timer. */
function milliseconds(seconds: number): number {
  return seconds > 0 ? Math.min(seconds * 1000, NEVER_MS) : NEVER_MS;
}

interface ProxiedOptions {
  readonly proxy: URL;
  readonly options: Pool.Options;
  readonly tls: CertificateCheck;
}

/** An upstream behind a proxy, which wants headers by name and an origin with each request. */
class ProxiedUpstream extends ProxyAgent {
  constructor(
    private readonly origin: string,
    { proxy, options, tls }: ProxiedOptions,
  ) {
    super({
      ...options,
      uri: proxy.href,
      requestTls: tls,
      // The agent's own options hold how to get through the proxy.
      factory: (url, own) => new Pool(url, Object.assign(own, options)),
    });
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const headers = byName(options.headers as readonly string[]);
    return super.dispatch({ ...options, origin: this.origin, headers }, handler);
  }
}

/** Headers by name; what comes more than once becomes a list. */
function byName(pairs: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let at = 0; at < pairs.length; at += 2) {
    const name = pairs[at]!.toLowerCase();
    const known = headers[name];
    headers[name] = known === undefined ? pairs[at + 1]! : [known, pairs[at + 1]!].flat();
  }
  return headers;
}
