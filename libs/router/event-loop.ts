/**
 * Runs events one at a time and to the end, in the order in which they were raised. An event raised
 * by a handler is handled after it; every other one is handled before {@link dispatch} returns.
 */
export class EventLoop {
  private readonly waiting: (() => void)[] = [];
  private running = false;

  /** @param failed Told what a handler has thrown; the loop goes on. */
  constructor(private readonly failed: (error: unknown) => void) {}

  dispatch(event: () => void): void {
    if (this.running) {
      this.waiting.push(event);
      return;
    }
    this.running = true;
    for (let next: (() => void) | undefined = event; next; next = this.waiting.shift()) {
      try {
        next();
      } catch (error) {
        this.failed(error);
      }
    }
    this.running = false;
  }

  /** The answer of an event that is handled before this returns; `otherwise` without one. */
  ask<Answer>(question: () => Answer, otherwise: Answer): Answer {
    let answer = otherwise;
    this.dispatch(() => {
      answer = question();
    });
    return answer;
  }

  /** As {@link dispatch}; the promise has the outcome of the handler's. */
  perform(handler: () => Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.dispatch(() => {
      try {
        handler().then(resolve, reject);
      } catch (error) {
        reject(error);
      }
    });
    return promise;
  }
}
