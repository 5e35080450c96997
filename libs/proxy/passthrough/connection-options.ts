import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { isIP, OnReadOpts } from 'node:net';
import { TLSSocketOptions } from 'node:tls';
import { environmentProxy, ProxyVariables } from '../environment-proxy.js';
import { certificateCheck } from '../certificate-check.js';
import { UpstreamTarget } from '../upstream-target.interface.js';

/** Of a slow client's stream as little as possible is held here, beside the piece on its way. */
const LIMITS = { maxHeaderSize: 256 * 1024, readableHighWaterMark: 1 };

/** How the proxy connects to a target. */
export interface ConnectionOptions {
  /** For all connections, in spite of its name; a fresh object, since the proxy writes to it. */
  readonly ssl: TLSSocketOptions & {
    readonly maxHeaderSize: number;
    /** Bytes that a connection, and the answer on it, hold before the upstream is paused. */
    readonly readableHighWaterMark: number;
    readonly servername?: string;
    /** How the connection is read; Node's own way where it is absent. */
    readonly onread?: OnReadOpts;
  };
  /** Whether the certificate is checked. */
  readonly secure?: boolean;
  /** Connections through the proxy of the environment. */
  readonly agent?: Agent;
}

/**
 * Options for one request: its target's own name and certificates, whatever Host the client has sent,
 * and the way through a proxy where the environment names one.
 */
export function connectionOptions(
  { url, tls }: UpstreamTarget,
  variables: ProxyVariables,
  onread?: OnReadOpts,
): ConnectionOptions {
  const isTls = url.protocol === 'https:';
  const proxy = environmentProxy(url, variables);
  const agent = proxy ? { agent: proxyAgent(proxy, isTls) } : {};
  const limits = onread ? { ...LIMITS, onread } : LIMITS;
  if (!isTls) return { ssl: { ...limits }, ...agent };
  const { rejectUnauthorized: secure, ca } = certificateCheck(tls);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // An address is no server name (RFC 6066, 3); it is checked all the same.
  const servername = isIP(host) > 0 ? '' : host;
  const ssl = { ...limits, servername };
  return { ssl: ca === undefined ? ssl : { ...ssl, ca }, secure, ...agent };
}

function proxyAgent({ href }: URL, isTls: boolean): Agent {
  return isTls
    ? new TlsAgent({ proxyEnv: { HTTPS_PROXY: href } })
    : new Agent({ proxyEnv: { HTTP_PROXY: href } });
}
