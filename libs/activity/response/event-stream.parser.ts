import { canBeJson, DocumentCollector, parseJson } from './document.collector.js';
import { LineEnds } from './line-ends.js';
import { RepeatedEvent } from './repeated.event.js';

/** What an {@link EventStreamParser} reports. */
export interface EventStreamListener {
  /**
   * A `data:` line (or an `error:` line of old llama-server builds) that holds valid JSON.
   *
   * @param isFailure whether the event was called `error`
   * @returns whether it does nothing but carry text, so that another text would not matter
   */
  data(value: unknown, isFailure: boolean): boolean;
  /** A line like an earlier one for which `data` has said so. */
  again(): void;
  /** The line `data: [DONE]`. */
  done(): void;
}

const LF = 0x0a;
const BLANK = 0x20;
/** May stand before the first line. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const EVENT = Buffer.from('event:');
const FAILURE = 'error';
const DATA = Buffer.from('data:');
const ERROR = Buffer.from('error:');
const DONE = '[DONE]';

/** Up to this size an unfinished line is held; beyond it, it goes through the pruning collector. */
const HELD_BYTES = 64 * 1024;
const FIRST_BYTES = 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Splits server-sent events into lines and hands out the JSON of each `data:` line, wherever the
 * chunks end (format: WHATWG HTML, "Server-sent events"). Comments, other fields and damaged JSON are
 * passed over. Memory is bounded, whatever the length of a line.
 */
export class EventStreamParser {
  private held: Buffer = NOTHING;
  private heldBytes = 0;
  /** The rest of a line too long to be held, or of one that says nothing; null for the latter. */
  private long: { readonly document: DocumentCollector | null } | null = null;
  private readonly repeated = new RepeatedEvent();
  private readonly lineEnds = new LineEnds();
  /** Whether the event that is read is called `error`. */
  private isFailure = false;

  constructor(private readonly listener: EventStreamListener) {}

  /** Takes the next chunk; what is kept of it is copied. */
  push(chunk: Uint8Array): void {
    let bytes = Buffer.isBuffer(chunk) ? chunk : bufferOf(chunk);
    if (!this.lineEnds.areUsual) bytes = this.lineEnds.usual(bytes);
    let start = 0;
    while (start < bytes.length) start = this.read(bytes, start);
  }

  /** The stream has ended; a last line without line feed is read too. */
  finish(): void {
    this.endLine(Buffer.alloc(0));
  }

  /** Reads one line, or what there is of it, and returns where the next one begins. */
  private read(bytes: Buffer, start: number): number {
    if (this.heldBytes === 0 && !this.long) {
      if (bytes[start] === LF) {
        this.isFailure = false;
        return start + 1;
      }
      const repeatedEnd = this.repeated.endOf(bytes, start);
      if (repeatedEnd >= 0) {
        this.listener.again();
        return repeatedEnd;
      }
    }
    const end = bytes.indexOf(LF, start);
    if (end < 0) {
      this.hold(bytes.subarray(start));
      return bytes.length;
    }
    if (this.heldBytes === 0 && !this.long) this.readLine(bytes, start, end);
    else this.endLine(bytes.subarray(start, end));
    return end + 1;
  }

  private endLine(last: Buffer): void {
    this.hold(last);
    const { long } = this;
    const line = this.held.subarray(0, this.heldBytes);
    this.heldBytes = 0;
    this.long = null;
    if (!long) this.readLine(line, 0, line.length);
    else if (long.document) this.report(long.document.finish());
  }

  private hold(piece: Buffer): void {
    if (this.long) this.long.document?.push(piece);
    else if (this.heldBytes === 0 && saysNothing(piece)) this.long = { document: null };
    else if (this.heldBytes + piece.length > HELD_BYTES) this.holdLong(piece);
    else {
      this.makeRoom(this.heldBytes + piece.length);
      this.heldBytes += piece.copy(this.held, this.heldBytes);
    }
  }

  private holdLong(piece: Buffer): void {
    const line = Buffer.concat([this.held.subarray(0, this.heldBytes), piece]);
    const from = payloadStart(line, 0, line.length);
    const document = from < 0 ? null : new DocumentCollector();
    document?.push(line.subarray(from));
    this.long = { document };
    this.heldBytes = 0;
  }

  /** The same memory serves all lines: what is thrown away stays until the next collection. */
  private makeRoom(bytes: number): void {
    if (bytes <= this.held.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, 2 ** Math.ceil(Math.log2(bytes))));
    this.held.copy(grown, 0, 0, this.heldBytes);
    this.held = grown;
  }

  /** Reads a line where it is: a view of it would cost more than many a line. */
  private readLine(bytes: Buffer, start: number, end: number): void {
    const from = payloadStart(bytes, start, end);
    if (from < 0) {
      this.readName(bytes, start, end);
      return;
    }
    const text = end - from < 16 ? bytes.toString('latin1', from, end).trim() : '';
    if (text === DONE) this.listener.done();
    else {
      const value = parseJson(bytes, from, end);
      const { isFailure, repeated } = this;
      if (value === undefined || !this.listener.data(value, isFailure)) return;
      if (!repeated.isLearning) return;
      repeated.learn(bytes.subarray(start, end));
    }
  }

  /** A name holds until the empty line at the end of its event. */
  private readName(bytes: Buffer, start: number, end: number): void {
    const ink = inkStart(bytes, start, end);
    if (ink === end) this.isFailure = false;
    else if (end - ink >= EVENT.length && startsWith(bytes, ink, EVENT)) {
      this.isFailure = bytes.toString('latin1', ink + EVENT.length, end).trim() === FAILURE;
    }
  }

  private report(value: unknown): void {
    if (value !== undefined) this.listener.data(value, this.isFailure);
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where what follows `data:` (or `error:`) in a line begins, negative for every other line. */
function payloadStart(bytes: Buffer, start: number, end: number): number {
  const at = inkStart(bytes, start, end);
  const room = end - at;
  if (room >= DATA.length && startsWith(bytes, at, DATA)) return at + DATA.length;
  if (room >= ERROR.length && startsWith(bytes, at, ERROR)) return at + ERROR.length;
  return -1;
}

/** Whether a line with this beginning can only be passed over. */
function saysNothing(beginning: Buffer): boolean {
  const payload = payloadStart(beginning, 0, beginning.length);
  if (payload >= 0) return !canBeJson(beginning, payload);
  const first = inkStart(beginning, 0, beginning.length);
  if (beginning.length - first < ERROR.length) return false;
  return !startsWith(beginning, first, EVENT);
}

/** Where a line begins that may have blanks, or a byte order mark, in front of it. */
function inkStart(bytes: Buffer, start: number, end: number): number {
  let at = start;
  for (;;) {
    while (at < end && bytes[at]! <= BLANK) at++;
    const isMarked = bytes[at] === BYTE_ORDER_MARK[0] && end - at >= BYTE_ORDER_MARK.length;
    if (!isMarked || !startsWith(bytes, at, BYTE_ORDER_MARK)) return at;
    at += BYTE_ORDER_MARK.length;
  }
}

function startsWith(bytes: Buffer, start: number, prefix: Buffer): boolean {
  for (let at = 0; at < prefix.length; at += 1) {
    if (bytes[start + at] !== prefix[at]) return false;
  }
  return true;
}
