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

/**
 * What one life of a model serves, in places that are used again: a set whose members come and go with
 * each request is made anew so often that the collector keeps what has passed through it.
 */
class Served {
  private readonly places: (CuttableCall | null)[] = [];
  private readonly freePlaces: number[] = [];
  cancelTimer: CancelTimer | null = null;

  get isEmpty(): boolean {
    return this.freePlaces.length === this.places.length;
  }

  /** Returns the place that the call has until {@link remove}. */
  add(call: CuttableCall): number {
    const place = this.freePlaces.pop() ?? this.places.length;
    this.places[place] = call;
    return place;
  }

  remove(place: number): void {
    this.places[place] = null;
    this.freePlaces.push(place);
  }

  calls(): CuttableCall[] {
    return this.places.filter((call) => call !== null);
  }
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
    const served = this.serving.get(model) ?? this.begin(model);
    const place = served.add(call);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      served.remove(place);
      if (served.isEmpty) this.forget(served);
    };
  }

  onModuleDestroy(): void {
    this.stopListening();
    for (const served of this.ended) this.forget(served);
  }

  private begin(model: string): Served {
    const served = new Served();
    this.serving.set(model, served);
    return served;
  }

  private changed(model: string): void {
    const state = this.states.stateOf(model);
    const served = this.serving.get(model);
    // While it is stopping, a server may still complete what it has begun.
    if (!served || state === 'ready' || state === 'stopping') return;
    this.serving.delete(model);
    if (served.isEmpty) return;
    this.ended.add(served);
    served.cancelTimer = this.clock.after(LAST_WORDS_MS, () => this.cut(model, served));
  }

  private cut(model: string, served: Served): void {
    this.ended.delete(served);
    const message = `model ${model} was stopped while it answered; a new request starts it again`;
    const reason = new DroverError('UPSTREAM_UNREACHABLE', message);
    for (const call of served.calls()) call.cut(reason);
  }

  private forget(served: Served): void {
    if (!served.cancelTimer) return;
    served.cancelTimer();
    this.ended.delete(served);
  }
}
