import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { CancelTimer, type Clock, CLOCK, DroverError } from '#lib/foundation';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';

/** What a server wrote last may still be on its way when its process has ended, milliseconds. */
const LAST_WORDS_MS = 1000;

/** A request that a model's server is answering. */
export interface CuttableCall {
  /** Ends the forwarding: with an answer where there was none yet, else with the end of what there is. */
  cut(reason: DroverError): void;
}

/** What one life of a model serves. */
class Served {
  readonly calls = new Set<CuttableCall>();
  cancelTimer: CancelTimer | null = null;
}

/**
 * Cuts what is still being served a second after its model has stopped. A server that was the
 * model's own process takes its connections with it; one behind `proxy:` or a wrapper may go on.
 */
@Injectable()
export class CallCutter implements OnModuleDestroy {
  /** Of models that serve, by id. */
  private readonly serving = new Map<string, Served>();
  /** Of lives that have ended, until they are cut. */
  private readonly ended = new Set<Served>();
  private readonly stopListening: () => void;

  constructor(
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.stopListening = states.onState((model) => this.changed(model));
  }

  /** From now on the call is cut when its model stops, until what is returned is called. */
  enter(model: string, call: CuttableCall): () => void {
    const served = this.serving.get(model) ?? new Served();
    this.serving.set(model, served);
    served.calls.add(call);
    return () => {
      served.calls.delete(call);
      if (served.calls.size === 0) this.forget(served);
    };
  }

  onModuleDestroy(): void {
    this.stopListening();
    for (const served of this.ended) this.forget(served);
  }

  private changed(model: string): void {
    const state = this.states.stateOf(model);
    const served = this.serving.get(model);
    // While it is stopping, a server may still complete what it has begun.
    if (!served || state === 'ready' || state === 'stopping') return;
    this.serving.delete(model);
    if (served.calls.size === 0) return;
    this.ended.add(served);
    served.cancelTimer = this.clock.after(LAST_WORDS_MS, () => this.cut(model, served));
  }

  private cut(model: string, served: Served): void {
    this.ended.delete(served);
    const message = `model ${model} was stopped while it answered; a new request starts it again`;
    const reason = new DroverError('UPSTREAM_UNREACHABLE', message);
    for (const call of Array.from(served.calls)) call.cut(reason);
  }

  private forget(served: Served): void {
    served.cancelTimer?.();
    this.ended.delete(served);
  }
}
