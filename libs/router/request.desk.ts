import { Clock, DroverError } from '#lib/foundation';
import { ScheduledRequest } from '#lib/plugin-api';
import { ModelLedger } from './model-ledger.js';
import { AcquireRequest } from './router.interface.js';
import { clientLeft } from './router-errors.js';
import { LeaseTerms, RouterLease } from './router.lease.js';
import { WaitingRequest } from './waiting-request.js';

/** What the desk needs of the router. */
export interface RequestDeskTools {
  readonly clock: Clock;
  readonly ledger: ModelLedger;
  /** A granted request has ended; called once, when its lease is released. */
  readonly released: (request: ScheduledRequest, servedMs: number) => void;
  /** A request that waited has ended without its model. */
  readonly failed: (request: ScheduledRequest, error: DroverError) => void;
}

/** The requests that wait, and the only place where one is settled. */
export class RequestDesk {
  private readonly waiting = new Map<number, WaitingRequest>();
  /** The request that is being looked at for the first time; most are settled before they wait. */
  private arriving: WaitingRequest | null = null;
  private lastId = 0;

  constructor(private readonly tools: RequestDeskTools) {}

  /** Takes a request in; it counts as waiting from {@link admit} on. */
  open(asked: AcquireRequest): WaitingRequest {
    return new WaitingRequest(++this.lastId, this.tools.clock.nowMs(), asked);
  }

  admit(request: WaitingRequest): void {
    this.arriving = request;
    this.tools.ledger.arrived(request.model);
  }

  /** Ends the first look: a request that is not settled waits from now on. */
  park(request: WaitingRequest): void {
    this.arriving = null;
    if (!request.settled) this.waiting.set(request.id, request);
  }

  find(requestId: number): WaitingRequest | undefined {
    return this.arriving?.id === requestId ? this.arriving : this.waiting.get(requestId);
  }

  list(): WaitingRequest[] {
    const waiting = [...this.waiting.values()];
    return this.arriving ? [...waiting, this.arriving] : waiting;
  }

  /** Hands the request its lease; false when it does not wait any more or its client has left. */
  grant(requestId: number, terms: LeaseTerms): RouterLease | null {
    const request = this.find(requestId);
    if (!request) return null;
    if (request.abandoned) {
      this.fail(requestId, clientLeft(request.model));
      return null;
    }
    this.settle(request);
    const { clock, ledger, released } = this.tools;
    const grantedMs = clock.nowMs();
    ledger.granted(request.model, grantedMs);
    const lease = new RouterLease(terms, grantedMs - request.arrivedMs, () =>
      released(request, clock.nowMs() - grantedMs),
    );
    request.grant(lease);
    return lease;
  }

  /** Ends a waiting request; false when it does not wait any more. */
  fail(requestId: number, error: DroverError): boolean {
    const request = this.find(requestId);
    if (!request) return false;
    this.settle(request);
    request.fail(error);
    this.tools.failed(request, error);
    return true;
  }

  private settle(request: WaitingRequest): void {
    if (this.arriving === request) this.arriving = null;
    else this.waiting.delete(request.id);
    this.tools.ledger.settled(request.model);
  }
}
