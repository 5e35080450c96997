import { canBeJson, DocumentCollector, parseJson } from './document.collector.js';
import { RepeatedEvent } from './repeated.event.js';

/** What an {@link EventStreamParser} reports. */
export interface EventStreamListener {
  /**
   * A `data:` line (or an `error:` line of old llama-server builds) that holds valid JSON.
   *
   * @returns whether it does nothing but carry text, so that another text would not matter
   */
  data(value: unknown): boolean;
  /** A line like an earlier one for which `data` has said so. */
  again(): void;
  /** The line `data: [DONE]`. */
  done(): void;
}

const LF = 0x0a;
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

  constructor(private readonly listener: EventStreamListener) {}

  /** Takes the next chunk; what is kept of it is copied. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : bufferOf(chunk);
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
      if (bytes[start] === LF) return start + 1;
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
    this.endLine(bytes.subarray(start, end));
    return end + 1;
  }

  private endLine(last: Buffer): void {
    if (this.heldBytes === 0 && !this.long) {
      this.readLine(last);
      return;
    }
    this.hold(last);
    const { long } = this;
    const line = this.held.subarray(0, this.heldBytes);
    this.heldBytes = 0;
    this.long = null;
    if (!long) this.readLine(line);
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
    const payload = payloadOf(Buffer.concat([this.held.subarray(0, this.heldBytes), piece]));
    const document = payload ? new DocumentCollector() : null;
    if (payload) document!.push(payload);
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

  private readLine(line: Buffer): void {
    const payload = payloadOf(line);
    if (!payload) return;
    const text = payload.length < 16 ? payload.toString('latin1').trim() : '';
    if (text === DONE) this.listener.done();
    else {
      const value = parseJson(payload);
      if (value !== undefined && this.listener.data(value)) this.repeated.learn(line);
    }
  }

  private report(value: unknown): void {
    if (value !== undefined) this.listener.data(value);
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** What follows `data:` (or `error:`) in a line, or null for every other line. */
function payloadOf(line: Buffer): Buffer | null {
  let start = 0;
  while (start < line.length && line[start]! <= 0x20) start++;
  if (startsWith(line, start, DATA)) return line.subarray(start + DATA.length);
  if (startsWith(line, start, ERROR)) return line.subarray(start + ERROR.length);
  return null;
}

/** Whether a line with this beginning can only be passed over. */
function saysNothing(beginning: Buffer): boolean {
  const payload = payloadOf(beginning);
  if (payload) return !canBeJson(payload);
  let first = 0;
  while (first < beginning.length && beginning[first]! <= 0x20) first += 1;
  return beginning.length - first >= ERROR.length;
}

function startsWith(line: Buffer, start: number, prefix: Buffer): boolean {
  if (line.length - start < prefix.length) return false;
  return line.compare(prefix, 0, prefix.length, start, start + prefix.length) === 0;
}
