import { Trace, TraceInput } from '#lib/router';

/** A request of a trace. */
export type TraceRequest = Extract<TraceInput, { do: 'request' }>;

/** The waiting requests of a trace: higher priority first, then by arrival. */
export class TraceQueue {
  private waiting: TraceRequest[] = [];

  constructor(private readonly trace: Trace) {}

  list(): readonly TraceRequest[] {
    return Array.from(this.waiting);
  }

  /** A new request: before the first one of strictly lower priority. */
  insert(request: TraceRequest): void {
    const behind = this.waiting.findIndex((one) => this.priority(one) < this.priority(request));
    this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, request);
  }

  /** A request that was taken out and still has to wait: to where it was. */
  putBack(request: TraceRequest): void {
    const place = this.placeOf(request);
    const behind = this.waiting.findIndex((one) => this.placeOf(one) > place);
    this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, request);
  }

  remove(requests: readonly TraceRequest[]): void {
    this.waiting = this.waiting.filter((one) => !requests.includes(one));
  }

  private priority(request: TraceRequest): number {
    return this.trace.config.priority?.[request.model] ?? 0;
  }

  /** Service order as one number: priority first, then arrival. */
  private placeOf(request: TraceRequest): number {
    return this.trace.inputs.indexOf(request) - this.priority(request) * 1_000_000;
  }
}
