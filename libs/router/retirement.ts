import { CancelTimer, Clock } from '#lib/foundation';
import { isResident } from '#lib/plugin-api';
import { EventLoop } from './event-loop.js';
import { ModelLedger } from './model-ledger.js';
import { ProcessRoster } from './process.roster.js';
import { Reconfiguration } from './router.interface.js';

/** What a retirement needs of the router. */
export interface RetirementTools {
  readonly clock: Clock;
  readonly loop: EventLoop;
  readonly roster: ProcessRoster;
  readonly ledger: ModelLedger;
}

/** How a model is retired. */
export interface RetirementTerms {
  /** Longest time that requests in flight are waited for, milliseconds. */
  readonly drainMs: number;
  /** Grace of the stop that follows, milliseconds. */
  readonly graceMs: number;
}

interface Retiree {
  readonly terms: RetirementTerms;
  readonly gone: PromiseWithResolvers<void>;
  cancelTimer: CancelTimer;
  stopping: boolean;
}

/**
 * Ends the present instance of a model whose command a reload has changed, or that it has removed:
 * nothing new is granted, requests in flight end, then the process stops. Requests for a changed
 * model wait in the meantime and are served by the new instance.
 */
export class Retirement {
  private readonly retirees = new Map<string, Retiree>();

  constructor(private readonly tools: RetirementTools) {}

  /** An event of the loop: a reload. Resolves when everything that it ends is gone. */
  reconfigure(what: Reconfiguration, graceMs: (model: string) => number): Promise<unknown> {
    const gone = new Map<string, Promise<void>>();
    for (const model of [...what.changed, ...what.removed]) {
      gone.set(model, this.retire(model, { drainMs: what.drainMs, graceMs: graceMs(model) }));
    }
    for (const [model, others] of what.after ?? []) {
      const ends = others.map((other) => gone.get(other)).filter((end) => end !== undefined);
      this.tools.roster.block(model, Promise.all(ends));
    }
    return Promise.all(gone.values());
  }

  /** An event of the loop. Resolves when the instance is gone. */
  retire(model: string, terms: RetirementTerms): Promise<void> {
    const known = this.retirees.get(model);
    if (known) return known.gone.promise;
    const { roster, clock, loop } = this.tools;
    if (!isResident(roster.state(model))) return Promise.resolve();
    roster.hold(model);
    const stop = (): void => loop.dispatch(() => this.stop(model));
    const cancelTimer = clock.after(terms.drainMs, stop);
    const gone = Promise.withResolvers<void>();
    this.retirees.set(model, { terms, gone, cancelTimer, stopping: false });
    this.idle(model);
    return gone.promise;
  }

  /** An event of the loop: perhaps the model has no request in flight any more. */
  idle(model: string): void {
    if (this.retirees.has(model) && this.tools.ledger.of(model).inFlight === 0) this.stop(model);
  }

  /** Stops waiting for requests in flight. */
  end(): void {
    for (const [model, retiree] of this.retirees) {
      retiree.cancelTimer();
      if (!retiree.stopping) this.finish(model);
    }
  }

  private stop(model: string): void {
    const retiree = this.retirees.get(model);
    if (!retiree || retiree.stopping) return;
    retiree.stopping = true;
    retiree.cancelTimer();
    const { roster, loop } = this.tools;
    const { graceMs } = retiree.terms;
    void roster
      .stopLogged(model, { graceMs, reason: 'reload' })
      .then(() => loop.dispatch(() => this.finish(model)));
  }

  private finish(model: string): void {
    const retiree = this.retirees.get(model);
    this.retirees.delete(model);
    this.tools.roster.letGo(model);
    retiree?.gone.resolve();
  }
}
