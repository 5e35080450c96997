import { Lease } from './router.interface.js';

/** What a {@link RouterLease} says. */
export interface LeaseTerms {
  readonly model: string;
  readonly upstream: URL;
  readonly priority: number;
  readonly waitedMs: number;
}

/** A lease that tells the router once when it ends. */
export class RouterLease implements Lease {
  readonly model: string;
  readonly upstream: URL;
  readonly priority: number;
  readonly waitedMs: number;
  private ended = false;

  constructor(
    terms: LeaseTerms,
    private readonly onRelease: () => void,
  ) {
    this.model = terms.model;
    this.upstream = terms.upstream;
    this.priority = terms.priority;
    this.waitedMs = terms.waitedMs;
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
