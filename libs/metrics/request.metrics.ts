import { Registry } from 'prom-client';
import { BUCKETS } from './buckets.js';
import { DistributionFamily } from './distribution.family.js';
import { FinishedRequest } from './finished-request.interface.js';
import { ModelTallies, RequestFamilies } from './model.tallies.js';
import { Tally, TallyFamily } from './tally.family.js';
import { TokenMetrics } from './token.metrics.js';

/** Requests that were answered alike. */
interface HttpTally {
  readonly route: string;
  readonly method: string;
  readonly code: number;
  readonly tally: Tally;
}

/** Families about requests; fed at the beginning and the end of each. */
export class RequestMetrics {
  private readonly tokens: TokenMetrics;
  private readonly http: TallyFamily;
  private readonly httpTallies = new Map<string, Tally>();
  private last: HttpTally | null = null;
  private readonly families: RequestFamilies;
  private readonly models = new Map<string, ModelTallies>();

  constructor(registry: Registry) {
    const counter = (name: string, help: string): TallyFamily =>
      new TallyFamily({ name, help, type: 'counter' }, registry);
    const histogram = (name: string, help: string, buckets: number[]): DistributionFamily =>
      new DistributionFamily({ name, help, buckets }, registry);
    const { duration, firstToken } = BUCKETS;
    this.tokens = new TokenMetrics(registry);
    this.http = counter('drover_http_requests_total', 'HTTP requests');
    this.families = {
      total: counter('drover_model_requests_total', 'Model requests that ended'),
      inFlight: new TallyFamily(
        {
          name: 'drover_model_requests_in_flight',
          help: 'Model requests between arrival and last byte',
          type: 'gauge',
        },
        registry,
      ),
      duration: histogram(
        'drover_request_duration_seconds',
        'Arrival to last byte, queue and load included',
        duration,
      ),
      upstream: histogram('drover_upstream_duration_seconds', 'Forwarded to last byte', duration),
      firstToken: histogram(
        'drover_time_to_first_token_seconds',
        'Arrival to first output of a stream',
        firstToken,
      ),
      upstreamFirstToken: histogram(
        'drover_upstream_time_to_first_token_seconds',
        'Forwarded to first output of a stream',
        firstToken,
      ),
      requestBytes: counter('drover_request_bytes_total', 'Body bytes received'),
      responseBytes: counter('drover_response_bytes_total', 'Body bytes sent'),
    };
  }

  /** An HTTP request of any kind has been answered; `route` is the template. */
  answered(route: string, method: string, code: number): void {
    const { last } = this;
    // Most requests are like the one before.
    if (last?.code === code && last.route === route && last.method === method)
      last.tally.value += 1;
    else this.count(route, method, code);
  }

  /** A request for a model has begun. */
  began(model: string, operation: string): void {
    this.modelOf(model).began(operation);
  }

  /** A request that had {@link began} is over; to be told once. */
  ended(model: string, operation: string): void {
    this.modelOf(model).ended(operation);
  }

  /** Counts a finished request. */
  observe(request: FinishedRequest): void {
    this.modelOf(request.model).observe(request);
    this.tokens.observe(request);
  }

  private count(route: string, method: string, code: number): void {
    const key = `${code} ${method} ${route}`;
    let tally = this.httpTallies.get(key);
    if (!tally) {
      tally = this.http.series({ route, method, code: String(code) });
      this.httpTallies.set(key, tally);
    }
    tally.value += 1;
    this.last = { route, method, code, tally };
  }

  private modelOf(model: string): ModelTallies {
    let tallies = this.models.get(model);
    if (!tallies) this.models.set(model, (tallies = new ModelTallies(model, this.families)));
    return tallies;
  }
}
