import { ScheduledRequest } from '#lib/plugin-api';

/** Requests that wait, highest priority first, equal priority by arrival. */
export class WaitingLine {
  private requests: ScheduledRequest[] = [];

  /** @param priority Priority of a model, looked up when a request is inserted. */
  constructor(private readonly priority: (model: string) => number) {}

  get length(): number {
    return this.requests.length;
  }

  list(): readonly ScheduledRequest[] {
    return this.requests;
  }

  insert(request: ScheduledRequest): void {
    const priority = this.priority(request.model);
    const index = this.requests.findIndex((other) => {
      const difference = this.priority(other.model) - priority;
      return difference < 0 || (difference === 0 && other.id > request.id);
    });
    this.requests.splice(index < 0 ? this.requests.length : index, 0, request);
  }

  /** Takes a request out; undefined when it is not here. */
  remove(requestId: number): ScheduledRequest | undefined {
    const index = this.requests.findIndex(({ id }) => id === requestId);
    return index < 0 ? undefined : this.requests.splice(index, 1)[0];
  }

  /** Takes out, in order, everything that `wanted` accepts. */
  takeWhere(wanted: (request: ScheduledRequest) => boolean): ScheduledRequest[] {
    const taken: ScheduledRequest[] = [];
    this.requests = this.requests.filter((request) => {
      if (!wanted(request)) return true;
      taken.push(request);
      return false;
    });
    return taken;
  }

  /** Sorts again after priorities have changed. */
  resort(): void {
    const order = (a: ScheduledRequest, b: ScheduledRequest): number =>
      this.priority(b.model) - this.priority(a.model) || a.id - b.id;
    this.requests.sort(order);
  }

  /** 1-based position of every request. */
  positions(): ReadonlyMap<number, number> {
    return new Map(this.requests.map(({ id }, index) => [id, index + 1]));
  }
}
