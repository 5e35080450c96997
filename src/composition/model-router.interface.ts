import { WaitReason } from '#lib/plugin-api';
import { AcquireRequest, Lease } from '#lib/router';

/** A name as the configuration understands it. */
export type ResolvedModel =
  | { readonly kind: 'local'; readonly model: string }
  | {
      readonly kind: 'peer';
      readonly peer: string;
      /** The model's name at the peer. */
      readonly model: string;
      /** Every peer that the name means, the first one included; absent when it means just one. */
      readonly peers?: readonly string[];
    };

/** What the HTTP side needs of the router. */
export interface ModelRouter {
  /** The model or peer that a requested name means, or null for an unknown one. */
  resolve(name: string): ResolvedModel | null;
  /** Waits for a model; returns the lease itself when the model is ready. */
  acquire(request: AcquireRequest): Lease | Promise<Lease>;
  /** Why the queued requests of a model wait; null when the scheduler does not say. */
  waitReason(model: string): WaitReason | null;
  /** How long a load of this model takes, milliseconds; null until one has been measured. */
  expectedLoadMs(model: string): number | null;
  /** Stops models, all of them for null; resolves when they have stopped. */
  unload(models: readonly string[] | null): Promise<void>;
  /** Starts a model; resolves when it is ready. */
  load(model: string, signal: AbortSignal): Promise<void>;
}

/** Injection token of the {@link ModelRouter}. */
export const MODEL_ROUTER = Symbol.for('drover:model-router');
