import { RouterLog, RouterObserver } from './router-observer.interface.js';

type Told = Required<RouterObserver>;

/** Passes what happens on to every observer; what one throws is logged and stops nobody. */
export class ObserverList implements Told {
  private readonly observers = new Set<RouterObserver>();

  constructor(private readonly log: RouterLog) {}

  /** Returns the cancellation. */
  add(observer: RouterObserver): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  readonly swapStarted: Told['swapStarted'] = (event) =>
    this.tell((observer) => observer.swapStarted?.(event));

  readonly swapEnded: Told['swapEnded'] = (event) =>
    this.tell((observer) => observer.swapEnded?.(event));

  readonly granted: Told['granted'] = (event) => this.tell((observer) => observer.granted?.(event));

  readonly released: Told['released'] = (event) =>
    this.tell((observer) => observer.released?.(event));

  readonly rejected: Told['rejected'] = (event) =>
    this.tell((observer) => observer.rejected?.(event));

  readonly failed: Told['failed'] = (event) => this.tell((observer) => observer.failed?.(event));

  readonly stopping: Told['stopping'] = (event) =>
    this.tell((observer) => observer.stopping?.(event));

  private tell(what: (observer: RouterObserver) => void): void {
    for (const observer of this.observers) {
      try {
        what(observer);
      } catch (error) {
        this.log.error(`an observer of the router failed: ${String(error)}`);
      }
    }
  }
}
