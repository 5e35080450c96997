import { Setting } from './setting.decorator.js';

/** When requests carry an id of their own. */
export const REQUEST_ID_MODES = ['auto', 'always', 'never'] as const;

/** The block `limits`. */
export class LimitsOptions {
  @Setting({
    kind: 'bytes',
    default: '`512MiB`',
    doc: 'Largest request body, such as `64MiB`; larger ones get 413.',
  })
  bodyBytes = 512 * 1024 * 1024;

  @Setting({
    kind: 'duration',
    default: '`15s`',
    doc: 'Time in which a client must have sent the head of a request; `0s` = no limit.',
  })
  headersTimeout = 15_000;

  @Setting({
    kind: 'bytes',
    default: '`500B`',
    doc: 'Least bytes per second of a request body, over each `bodyWindow`; slower clients get 408; `0B` = no limit. Time in which the model does not take more does not count.',
  })
  bodyRate = 500;

  @Setting({
    kind: 'duration',
    default: '`20s`',
    doc: 'Time over which `bodyRate` is measured.',
  })
  bodyWindow = 20_000;

  @Setting({
    kind: 'duration',
    default: '`125s`',
    doc: 'How long a connection may be idle; should be longer than the idle time of the gateway in front.',
  })
  keepAliveTimeout = 125_000;

  @Setting({
    kind: 'duration',
    default: '`5s`',
    doc: 'How often connections are looked over for the limits above.',
  })
  checkInterval = 5000;

  @Setting({
    kind: 'integer',
    min: 0,
    doc: 'Most connections at a time; further ones are closed at once; 0 = no limit.',
  })
  maxConnections = 0;

  @Setting({
    kind: 'integer',
    min: 0,
    doc: 'Most requests on one HTTP/1.1 connection, after which it is closed; 0 = no limit.',
  })
  maxRequestsPerConnection = 0;
}

/** The block `management`. */
export class ManagementOptions {
  @Setting({
    kind: 'text',
    doc: 'Address, such as `127.0.0.1:9090`, of a second listener for probes and metrics, without TLS and without key. With it, `/livez`, `/readyz`, `/startupz` and `/metrics` are no longer on the main one.',
  })
  listen = '';

  @Setting({
    kind: 'flag',
    doc: 'Lets `/startupz` wait until every model of the preload list has had its turn, well or badly.',
  })
  startupAfterPreload = false;
}

/** The block `shutdown`. */
export class ShutdownOptions {
  @Setting({
    kind: 'duration',
    default: '`0s`',
    doc: 'How long new connections are still accepted after SIGTERM, while `/readyz` answers 503 and gateways learn of it.',
  })
  preStopDelay = 0;

  @Setting({
    kind: 'duration',
    default: '30 s together with the stopping of the models',
    doc: 'How long requests in flight may go on after that; event streams that are not done then end with an error event. `0s` = default.',
  })
  drainTimeout = 0;
}

/** The block `tls`. */
export class ServerTlsOptions {
  @Setting({
    kind: 'text',
    doc: 'PEM file of the authorities whose client certificates are accepted; clients without one are refused. Needs `-tls-cert-file`.',
  })
  clientCa = '';

  @Setting({
    kind: 'texts',
    doc: 'Common names or alternative names (`DNS:…`, `URI:…`, `email:…`) of the client certificates that are accepted; empty = all of `clientCa`.',
  })
  clientSubjects: string[] = [];
}
