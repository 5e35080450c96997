import { Lease } from './router.interface.js';

/** What a {@link RouterLease} says. */
export interface LeaseTerms {
  readonly model: string;
  readonly upstream: URL;
  readonly priority: number;
}

/** A lease that tells the router once when it ends. */
export class RouterLease implements Lease {
  readonly model: string;
  readonly upstream: URL;
  readonly priority: number;
  private ended = false;

  /** @param waitedMs milliseconds from the request to its grant */
  constructor(
    terms: LeaseTerms,
    readonly waitedMs: number,
    private readonly onRelease: () => void,
  ) {
    this.model = terms.model;
    this.upstream = terms.upstream;
    this.priority = terms.priority;
  }

  release(): void {
    if (this.ended) return;
    this.ended = true;
    this.onRelease();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
