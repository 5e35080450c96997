import { DroverConfig } from '../config.interface.js';
import { DroverOptions } from '../options/drover.options.js';

/** What the file says about the HTTP server and what stands in front of it. */
export function resolveGateway({
  limits,
  basePath,
  requestIds,
  management,
  shutdown,
  tls,
}: DroverOptions): Pick<
  DroverConfig,
  'bodyLimitBytes' | 'serverLimits' | 'basePath' | 'requestIds' | 'management' | 'shutdown' | 'tls'
> {
  return {
    bodyLimitBytes: limits.bodyBytes,
    serverLimits: {
      headersTimeoutMs: limits.headersTimeout,
      bodyRateBytes: limits.bodyRate,
      bodyWindowMs: limits.bodyWindow,
      keepAliveTimeoutMs: limits.keepAliveTimeout,
      checkIntervalMs: limits.checkInterval,
      maxConnections: limits.maxConnections,
      maxRequestsPerConnection: limits.maxRequestsPerConnection,
    },
    basePath: basePath.replace(/\/+$/, ''),
    requestIds: requestIds as DroverConfig['requestIds'],
    management: {
      listen: management.listen,
      startupAfterPreload: management.startupAfterPreload,
    },
    shutdown: {
      preStopDelayMs: shutdown.preStopDelay,
      drainTimeoutMs: shutdown.drainTimeout || null,
    },
    tls: { clientCa: tls.clientCa, clientSubjects: tls.clientSubjects },
  };
}
