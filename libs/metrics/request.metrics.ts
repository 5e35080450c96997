import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BUCKETS } from './buckets.js';
import { FinishedRequest } from './finished-request.interface.js';
import { TokenMetrics } from './token.metrics.js';

/** Families about requests; fed at the beginning and the end of each. */
export class RequestMetrics {
  private readonly tokens: TokenMetrics;
  private readonly http: Counter;
  private readonly total: Counter;
  private readonly inFlight: Gauge;
  private readonly duration: Histogram;
  private readonly upstream: Histogram;
  private readonly firstToken: Histogram;
  private readonly upstreamFirstToken: Histogram;
  private readonly requestBytes: Counter;
  private readonly responseBytes: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string, labelNames: string[]): Counter =>
      new Counter({ name, help, labelNames, registers });
    const histogram = (name: string, help: string, labelNames: string[]): Histogram =>
      new Histogram({ name, help, labelNames, buckets: bucketsOf(name), registers });
    const model = ['model', 'operation'];
    this.tokens = new TokenMetrics(registry);
    this.http = counter('drover_http_requests_total', 'HTTP requests', ['route', 'method', 'code']);
    this.total = counter('drover_model_requests_total', 'Model requests that ended', [
      ...model,
      'code',
      'outcome',
    ]);
    this.inFlight = new Gauge({
      name: 'drover_model_requests_in_flight',
      help: 'Model requests between arrival and last byte',
      labelNames: model,
      registers,
    });
    this.duration = histogram(
      'drover_request_duration_seconds',
      'Arrival to last byte, queue and load included',
      [...model, 'stream'],
    );
    this.upstream = histogram('drover_upstream_duration_seconds', 'Forwarded to last byte', model);
    this.firstToken = histogram(
      'drover_time_to_first_token_seconds',
      'Arrival to first output of a stream',
      model,
    );
    this.upstreamFirstToken = histogram(
      'drover_upstream_time_to_first_token_seconds',
      'Forwarded to first output of a stream',
      model,
    );
    this.requestBytes = counter('drover_request_bytes_total', 'Body bytes received', ['model']);
    this.responseBytes = counter('drover_response_bytes_total', 'Body bytes sent', ['model']);
  }

  /** An HTTP request of any kind has been answered; `route` is the template. */
  answered(route: string, method: string, code: number): void {
    this.http.inc({ route, method, code: String(code) });
  }

  /** A request for a model has begun; the result ends it. */
  begin(model: string, operation: string): () => void {
    this.inFlight.inc({ model, operation });
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.inFlight.dec({ model, operation });
    };
  }

  /** Counts a finished request. */
  observe(request: FinishedRequest): void {
    const { model, operation, outcome } = request;
    this.total.inc({ model, operation, code: String(request.code), outcome });
    const stream = String(request.isStream);
    this.duration.observe({ model, operation, stream }, request.durationMs / 1000);
    observe(this.upstream, { model, operation }, request.upstreamMs);
    observe(this.firstToken, { model, operation }, request.firstTokenMs);
    observe(this.upstreamFirstToken, { model, operation }, request.upstreamFirstTokenMs);
    this.requestBytes.inc({ model }, request.requestBytes);
    this.responseBytes.inc({ model }, request.responseBytes);
    this.tokens.observe(request);
  }
}

function bucketsOf(name: string): number[] {
  return name.includes('first_token') ? BUCKETS.firstToken : BUCKETS.duration;
}

function observe(
  histogram: Histogram,
  labels: Record<string, string>,
  milliseconds: number | null,
): void {
  if (milliseconds !== null) histogram.observe(labels, milliseconds / 1000);
}
