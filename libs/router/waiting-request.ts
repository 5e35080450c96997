import { DroverError } from '#lib/foundation';
import { ScheduledRequest } from '#lib/plugin-api';
import { AcquireRequest, Lease } from './router.interface.js';

/** A request from its arrival until it has got its model or has ended without it. */
export class WaitingRequest implements ScheduledRequest {
  readonly model: string;
  private lease: Lease | null = null;
  private error: DroverError | null = null;
  private promised: PromiseWithResolvers<Lease> | null = null;
  private stopListening: (() => void) | null = null;

  constructor(
    readonly id: number,
    readonly arrivedMs: number,
    private readonly asked: AcquireRequest,
  ) {
    this.model = asked.model;
  }

  get settled(): boolean {
    return this.lease !== null || this.error !== null;
  }

  /** Whether the client has left. */
  get abandoned(): boolean {
    return this.asked.signal.aborted;
  }

  /** The lease when there is one by now, else the promise of one. */
  result(): Lease | Promise<Lease> {
    if (this.lease) return this.lease;
    if (this.error) return Promise.reject(this.error);
    this.promised ??= Promise.withResolvers<Lease>();
    return this.promised.promise;
  }

  /** Calls `left` once if the client leaves before the request is settled. */
  watch(left: () => void): void {
    const { signal } = this.asked;
    signal.addEventListener('abort', left, { once: true });
    this.stopListening = () => signal.removeEventListener('abort', left);
  }

  grant(lease: Lease): void {
    this.lease = lease;
    this.stopListening?.();
    this.promised?.resolve(lease);
  }

  fail(error: DroverError): void {
    this.error = error;
    this.stopListening?.();
    this.promised?.reject(error);
  }

  position(position: number): void {
    this.asked.onPosition?.(position);
  }
}
