import { TraceRequest } from './trace-queue.js';

interface Letter {
  /** Whose arrival it tells; it can be taken back until it is handled. */
  readonly request?: TraceRequest;
  readonly run: () => void;
}

/** One message after the other, each to its end; none while an unload blocks the loop. */
export class TraceLoop {
  private inbox: Letter[] = [];
  private isBlocked = false;
  private isHandling = false;

  post(letter: Letter): void {
    this.inbox.push(letter);
    this.handle();
  }

  /** Takes the arrival of a request back; false when it has been handled. */
  recall(request: TraceRequest): boolean {
    const before = this.inbox.length;
    this.inbox = this.inbox.filter((letter) => letter.request !== request);
    return this.inbox.length < before;
  }

  block(): void {
    this.isBlocked = true;
  }

  /** Ends a block; `first` happens before anything that was posted meanwhile. */
  unblock(first: () => void): void {
    this.isBlocked = false;
    first();
    this.handle();
  }

  private handle(): void {
    if (this.isHandling) return;
    this.isHandling = true;
    while (!this.isBlocked) {
      const letter = this.inbox.shift();
      if (!letter) break;
      letter.run();
    }
    this.isHandling = false;
  }
}
