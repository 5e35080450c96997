import { ByteRing } from './byte-ring.js';
import { LogReader } from './log-reader.js';
import { wholeLines } from './whole-lines.js';

/** Bytes of history that each log keeps. */
const HISTORY_BYTES = 100 * 1024;

/** Lines that nobody reads become bytes together, at the latest when they are so many characters. */
const MOST_CHARACTERS = 16 * 1024;

/** What a reader of a log wants. */
export interface OpenLogOptions {
  /** Whether to begin with the history; true by default. */
  readonly history?: boolean;
}

/** One log: the last {@link HISTORY_BYTES} bytes of it, and whoever reads along. */
export class LogMonitor {
  private readonly ring: ByteRing;
  private readonly readers = new Set<LogReader>();
  private isClosed = false;
  private dropped = 0;
  /** Lines that are not in the ring yet. */
  private lines = '';

  constructor(historyBytes = HISTORY_BYTES) {
    this.ring = new ByteRing(historyBytes);
  }

  /** Appends bytes, which the log may keep: the caller must not change them afterwards. */
  write(bytes: Uint8Array): void {
    this.settle();
    this.ring.write(bytes);
    for (const reader of this.readers) this.dropped += reader.push(bytes);
  }

  /** Appends whole lines. While nobody reads along they become bytes when somebody looks. */
  writeText(lines: string): void {
    if (this.readers.size > 0) {
      this.write(Buffer.from(lines));
      return;
    }
    this.lines += lines;
    if (this.lines.length > MOST_CHARACTERS) this.settle();
  }

  /** The history from its first whole line on. */
  history(): Uint8Array {
    this.settle();
    return wholeLines(this.ring.content(), this.ring.hasWrapped);
  }

  /** Begins to read. History and live bytes join without gap and without repetition. */
  open({ history = true }: OpenLogOptions = {}): LogReader {
    this.settle();
    const start = history ? this.history() : new Uint8Array(0);
    const reader = new LogReader(start, (closed) => this.readers.delete(closed));
    if (this.isClosed) reader.end();
    else this.readers.add(reader);
    return reader;
  }

  /** Ends all readers, now and in future. The history stays readable. */
  close(): void {
    this.isClosed = true;
    for (const reader of this.readers) reader.end();
    this.readers.clear();
  }

  /** Bytes that readers have lost because they were too slow, all readers together. */
  get droppedBytes(): number {
    return this.dropped;
  }

  /** How many read along, for displays and tests. */
  get readerCount(): number {
    return this.readers.size;
  }

  private settle(): void {
    if (this.lines === '') return;
    this.ring.write(Buffer.from(this.lines));
    this.lines = '';
  }
}
