import { Clock } from '#lib/foundation';
import { ByteSink } from './log-output.interface.js';

/** While lines keep coming they are passed on so often, milliseconds … */
const BUSY_MS = 10;
/** … or when they are so many, characters. */
const MOST_CHARACTERS = 16 * 1024;

/**
 * Gathers what is written and passes it on in one piece: at the end of the turn of the event loop
 * that follows a silence, and every few milliseconds while there is none. A system call for a line for each
 * of many requests would otherwise cost more than the line.
 */
export class BatchingSink implements ByteSink {
  private text = '';
  private isScheduled = false;
  private passedOnMs = -Infinity;

  constructor(
    private readonly sink: ByteSink,
    private readonly clock: Clock,
  ) {}

  write(piece: Uint8Array | string): void {
    if (typeof piece === 'string') {
      this.text += piece;
      if (this.text.length > MOST_CHARACTERS) this.flush();
      else this.schedule();
      return;
    }
    // Bytes need not be whole characters, so they are not turned into text.
    this.flush();
    this.sink.write(piece);
  }

  /** Passes on at once what has been gathered; before the program ends, for nothing else does it. */
  flush(): void {
    const { text } = this;
    if (text === '') return;
    this.text = '';
    this.passedOnMs = this.clock.nowMs();
    this.sink.write(text);
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    if (this.clock.nowMs() - this.passedOnMs < BUSY_MS) this.clock.after(BUSY_MS, this.pass);
    else setImmediate(this.pass);
  }

  private readonly pass = (): void => {
    this.isScheduled = false;
    this.flush();
  };
}
