/** Most pieces that wait for a slow reader. */
const MOST_PENDING_PIECES = 1024;

/** Most bytes that wait for a slow reader; what was history at the start does not count. */
const MOST_PENDING_BYTES = 256 * 1024;

/**
 * One reader of a log: first the history, if wanted, then everything live. Writers never wait for
 * a reader: a slow one loses whole pieces and is told so by a line `— <n> bytes dropped —`.
 * Pieces are whole UTF-8 characters as long as what was written was.
 *
 * Iterate it, or call {@link next}; either way one consumer only. It ends when `close` is called or
 * the log is closed, after everything that waits has been delivered.
 */
export class LogReader implements AsyncIterableIterator<Uint8Array> {
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private droppedBytes = 0;
  private isEnded = false;
  private wake: (() => void) | null = null;

  /**
   * @param history What to deliver before anything live.
   * @param onClose Called once when the reader is closed by its consumer.
   */
  constructor(
    private history: Uint8Array,
    private readonly onClose: (reader: LogReader) => void,
  ) {}

  /** Takes a live piece; called by the log. Returns how many bytes of it are lost. */
  push(piece: Uint8Array): number {
    if (this.isEnded || piece.length === 0) return 0;
    const isFull =
      this.pending.length >= MOST_PENDING_PIECES ||
      this.pendingBytes + piece.length > MOST_PENDING_BYTES;
    // Once something is lost, everything is until the reader has caught up: one gap, not many.
    if (isFull || this.droppedBytes > 0) {
      this.droppedBytes += piece.length;
      return piece.length;
    }
    this.pending.push(piece);
    this.pendingBytes += piece.length;
    this.wakeUp();
    return 0;
  }

  /** No more pieces will come; called by the log. What waits is still delivered. */
  end(): void {
    this.isEnded = true;
    this.wakeUp();
  }

  /** Stops reading: forgets what waits and leaves the log. Calling it twice does nothing. */
  close(): void {
    if (!this.isEnded) this.onClose(this);
    this.history = new Uint8Array(0);
    this.pending = [];
    this.droppedBytes = 0;
    this.end();
  }

  /** Resolves to everything that waits as one piece, as soon as there is something. */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const value = this.take();
      if (value) return { done: false, value };
      if (this.isEnded) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Called by `for await` when the loop is left. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private take(): Uint8Array | null {
    const pieces = [this.history, ...this.pending];
    this.history = new Uint8Array(0);
    this.pending = [];
    this.pendingBytes = 0;
    if (this.droppedBytes > 0) pieces.push(this.dropNotice());
    const value = Buffer.concat(pieces);
    return value.length > 0 ? value : null;
  }

  private dropNotice(): Uint8Array {
    const notice = `\n— ${this.droppedBytes} bytes dropped —\n`;
    this.droppedBytes = 0;
    return Buffer.from(notice);
  }

  private wakeUp(): void {
    this.wake?.();
    this.wake = null;
  }
}
