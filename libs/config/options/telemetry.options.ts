import { Setting } from './setting.decorator.js';

/** Who may read the page for Prometheus. */
const METRICS_AUTH = ['inherit', 'none', 'token'];

/** The block `metrics`. */
export class MetricsOptions {
  @Setting({
    kind: 'flag',
    doc: 'Offers the families named `llamaswap_…` beside those named `drover_…`.',
  })
  legacy = true;

  @Setting({
    kind: 'text',
    allowed: METRICS_AUTH,
    doc: 'Who may read `/metrics`: `inherit`: whoever has a key, `none`: everybody, `token`: whoever sends `token` as Bearer.',
  })
  auth = 'inherit';

  @Setting({ kind: 'text', doc: 'Token for `auth: token`.' })
  token = '';
}

/** The block `telemetry`. */
export class TelemetryOptions {
  @Setting({
    kind: 'text',
    doc: 'Base URL of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://localhost:4318`; empty = nothing is exported.',
  })
  endpoint = '';

  @Setting({ kind: 'textMap', doc: 'Headers of the exports, for example `Authorization`.' })
  headers = new Map<string, string>();

  @Setting({ kind: 'flag', doc: 'Exports a trace of every request for a model.' })
  traces = true;

  @Setting({ kind: 'flag', doc: 'Exports metrics.' })
  metrics = true;

  @Setting({
    kind: 'duration',
    default: '`60s`',
    doc: 'Interval of the metrics; at least 1s.',
  })
  every = 60_000;

  @Setting({ kind: 'text', doc: '`service.name` of everything that is exported.' })
  serviceName = 'drover';
}
