import { ByteSink } from './log-output.interface.js';

/** Most bytes that wait for a reader of stdout who does not read. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/** The part of a stream that {@link BoundedSink} looks at. */
export interface CountingStream extends ByteSink {
  /** Bytes that wait to be taken. */
  readonly writableLength: number;
}

/**
 * Writes to a stream as long as somebody reads it. While too much waits, further pieces are
 * dropped, and the first one that fits again comes behind a line `— <n> bytes dropped —`.
 */
export class BoundedSink implements ByteSink {
  private droppedBytes = 0;

  constructor(
    private readonly stream: CountingStream,
    private readonly mostWaitingBytes = MOST_WAITING_BYTES,
  ) {}

  write(piece: Uint8Array | string): void {
    const bytes = Buffer.byteLength(piece);
    if (this.stream.writableLength + bytes > this.mostWaitingBytes) {
      this.droppedBytes += bytes;
      return;
    }
    if (this.droppedBytes > 0) {
      this.stream.write(`\n— ${this.droppedBytes} bytes dropped —\n`);
      this.droppedBytes = 0;
    }
    this.stream.write(piece);
  }
}
