import { appendTail } from '../logic/text-tail.js';

/** Told what is added to a log; `isFresh` when what was there before no longer counts. */
export type LogListener = (text: string, isFresh: boolean) => void;

/** A log that grows: the text at its end, and everybody who follows it. */
export class LogSource {
  private tail = $state.raw('');
  private pending = '';
  private planned = false;
  private readonly listeners = new Set<LogListener>();

  /** The text at the end of the log; on the page it changes at most once per frame. */
  get text(): string {
    return this.tail;
  }

  append(text: string): void {
    this.pending = appendTail(this.pending, text);
    for (const listener of this.listeners) listener(text, false);
    if (this.planned) return;
    this.planned = true;
    requestAnimationFrame(() => this.flush());
  }

  reset(): void {
    this.tail = '';
    this.pending = '';
    for (const listener of this.listeners) listener('', true);
  }

  /** Tells what is there and what comes; returns the function that ends it. */
  follow(listener: LogListener): () => void {
    listener(appendTail(this.tail, this.pending), true);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private flush(): void {
    this.planned = false;
    this.tail = appendTail(this.tail, this.pending);
    this.pending = '';
  }
}
