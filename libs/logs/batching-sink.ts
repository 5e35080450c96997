import { ByteSink } from './log-output.interface.js';

/**
 * Gathers what is written within one turn of the event loop and passes it on in one piece: a line
 * for each of many requests would otherwise cost more than the requests themselves.
 */
export class BatchingSink implements ByteSink {
  private text = '';
  private isScheduled = false;

  constructor(private readonly sink: ByteSink) {}

  write(piece: Uint8Array | string): void {
    if (typeof piece === 'string') {
      this.text += piece;
      this.schedule();
      return;
    }
    // Bytes need not be whole characters, so they are not turned into text.
    this.flush();
    this.sink.write(piece);
  }

  /** Passes on at once what has been gathered. */
  flush(): void {
    const { text } = this;
    this.text = '';
    if (text !== '') this.sink.write(text);
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.flush();
    });
  }
}
