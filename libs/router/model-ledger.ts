import { DecayedAverage } from './decayed-average.js';
import { DecayedCount } from './decayed-count.js';

/** What the router knows about one model's requests. */
export interface LedgerEntry {
  /** Granted and not ended. */
  readonly inFlight: number;
  /** Waiting in the queue or for a load. */
  readonly waiting: number;
  /** When the last request ended or the model became ready, monotonic; null before either. */
  readonly lastUsedMs: number | null;
  /** Grant to completion, decayed average; null before the first. */
  readonly serviceMs: number | null;
}

class Page implements LedgerEntry {
  readonly uses = new DecayedCount();
  inFlight = 0;
  waiting = 0;
  lastUsedMs: number | null = null;
  readonly service = new DecayedAverage();

  get serviceMs(): number | null {
    return this.service.value;
  }
}

/** Counts and times of the requests of every model; written by the router alone. */
export class ModelLedger {
  private readonly pages = new Map<string, Page>();

  of(model: string): LedgerEntry {
    return this.page(model);
  }

  /** A copy of an entry. */
  view(model: string): LedgerEntry {
    const { inFlight, waiting, lastUsedMs, serviceMs } = this.page(model);
    return { inFlight, waiting, lastUsedMs, serviceMs };
  }

  /** Models with requests in flight, and how many. */
  busy(): [string, number][] {
    const counts = [...this.pages].map(([model, { inFlight }]): [string, number] => [
      model,
      inFlight,
    ]);
    return counts.filter(([, inFlight]) => inFlight > 0);
  }

  arrived(model: string): void {
    this.page(model).waiting++;
  }

  /** A waiting request has got its model or has ended without it. */
  settled(model: string): void {
    this.page(model).waiting--;
  }

  granted(model: string, nowMs: number): void {
    const page = this.page(model);
    page.inFlight++;
    page.uses.add(nowMs);
  }

  /** Requests granted of late; see {@link DecayedCount}. */
  recentUses(model: string, nowMs: number): number {
    return this.page(model).uses.at(nowMs);
  }

  released(model: string, at: { readonly nowMs: number; readonly servedMs: number }): void {
    const page = this.page(model);
    page.inFlight--;
    page.lastUsedMs = at.nowMs;
    page.service.add(at.servedMs);
  }

  becameReady(model: string, nowMs: number): void {
    this.page(model).lastUsedMs = nowMs;
  }

  private page(model: string): Page {
    let page = this.pages.get(model);
    if (!page) this.pages.set(model, (page = new Page()));
    return page;
  }
}
