import { BodyPacker } from './body.packer.js';
import { ByteQueue } from './byte-queue.js';
import { KeptBody } from './kept-body.js';

/** One exchange as it is kept: what is null was not captured. */
export interface Capture {
  readonly path: string;
  /** As they came, packed by {@link packHeaders}: secrets are blanked where they are shown. */
  readonly requestHeaders: string;
  readonly requestBody: Buffer | null;
  readonly responseHeaders: string;
  /** Without content coding. */
  readonly responseBody: Buffer | null;
  /** Whether the answer had a content coding that has been undone. */
  readonly isDecoded: boolean;
  /** Whether the rest of a body is missing. */
  readonly isRequestCut: boolean;
  readonly isResponseCut: boolean;
}

/** What a capture counts for besides its bodies, bytes, unless its headers are longer. */
const OVERHEAD_BYTES = 1024;
/** The part of that which is not for headers and path. */
const ROW_BYTES = 128;
/** Bodies from this size on, bytes, are compressed. */
const LARGE_BYTES = 64 * 1024;
const FIRST_ROWS = 256;

/** Names and values alternating, as one text: very many texts that are kept are costly to keep. */
export function packHeaders(pairs: readonly string[]): string {
  return pairs.join('\n');
}

/** Undoes {@link packHeaders}; no header contains a line feed (RFC 9110, 5.5). */
export function unpackHeaders(packed: string): string[] {
  return packed === '' ? [] : packed.split('\n');
}

/** Columns of the table; lengths are of what lies in the queue, in this order. */
const enum Column {
  Id,
  Position,
  PathLength,
  RequestHeadersLength,
  ResponseHeadersLength,
  /** -1 for none. */
  RequestLength,
  ResponseLength,
  Flags,
  CountedBytes,
  Count,
}

const IS_DECODED = 1;
const IS_REQUEST_CUT = 2;
const IS_RESPONSE_CUT = 4;

/** The large bodies of one capture. */
interface LargeBodies {
  readonly request: KeptBody | null;
  readonly response: KeptBody | null;
}

/**
 * Captures in memory, by the id of their row in the activity log; the oldest go first. What they hold
 * lies in one piece of memory, so that captures of small exchanges, at whatever rate, leave nothing
 * for the garbage collector. Large bodies have memory of their own and are compressed after a moment.
 */
export class CaptureStore {
  private rows = new Float64Array(0);
  /** Number of the oldest row, and of the next one. */
  private first = 0;
  private next = 0;
  private countedBytes = 0;
  private readonly bytes: ByteQueue;
  private readonly large = new Map<number, LargeBodies>();

  /** @param limitBytes size of all captures together; 0 keeps none */
  constructor(
    private limitBytes: number,
    private readonly packer = new BodyPacker(),
  ) {
    this.bytes = new ByteQueue(limitBytes);
  }

  /** Size of all captures, bytes. */
  get sizeBytes(): number {
    return this.countedBytes;
  }

  has(id: number): boolean {
    return this.numberOf(id) >= 0;
  }

  get(id: number): Capture | null {
    const number = this.numberOf(id);
    return number < 0 ? null : this.read(number);
  }

  /**
   * Keeps a copy of a capture, unless it is larger than everything together may be. Ids grow; where one
   * does not, another log has begun, and captures of the rows that it does not have yet are dropped.
   */
  add(id: number, capture: Capture): void {
    while (this.next > this.first && this.at(this.next - 1, Column.Id) >= id) this.dropNewest();
    const counted = sizeOf(capture);
    if (counted > this.limitBytes) return;
    while (this.countedBytes + counted > this.limitBytes) this.dropOldest();
    if (this.next - this.first === this.capacity) this.grow();
    this.countedBytes += counted;
    this.append(id, capture, counted);
  }

  /** A new size for everything together, bytes. */
  resize(limitBytes: number): void {
    this.limitBytes = limitBytes;
    while (this.countedBytes > limitBytes) this.dropOldest();
    this.bytes.resize(limitBytes);
  }

  private append(id: number, capture: Capture, counted: number): void {
    const { path, requestHeaders, responseHeaders, requestBody, responseBody } = capture;
    const number = this.next;
    this.next += 1;
    const base = (number % this.capacity) * Column.Count;
    const { rows, bytes } = this;
    rows[base + Column.Id] = id;
    rows[base + Column.Position] = bytes.position;
    rows[base + Column.PathLength] = path.length;
    rows[base + Column.RequestHeadersLength] = requestHeaders.length;
    rows[base + Column.ResponseHeadersLength] = responseHeaders.length;
    rows[base + Column.RequestLength] = requestBody?.length ?? -1;
    rows[base + Column.ResponseLength] = responseBody?.length ?? -1;
    rows[base + Column.Flags] = flagsOf(capture);
    rows[base + Column.CountedBytes] = counted;
    bytes.appendText(path + requestHeaders + responseHeaders);
    if (isSmall(requestBody)) bytes.append(requestBody);
    if (isSmall(responseBody)) bytes.append(responseBody);
    if (isLarge(requestBody) || isLarge(responseBody)) this.keepLarge(number, capture);
  }

  private keepLarge(number: number, { requestBody, responseBody }: Capture): void {
    const bodies = { request: keptLarge(requestBody), response: keptLarge(responseBody) };
    this.large.set(number, bodies);
    for (const body of [bodies.request, bodies.response]) {
      if (body) this.packer.add(body, (bytes) => this.saved(number, bytes));
    }
  }

  private saved(number: number, bytes: number): void {
    this.rows[(number % this.capacity) * Column.Count + Column.CountedBytes]! -= bytes;
    this.countedBytes -= bytes;
  }

  private read(number: number): Capture {
    const large = this.large.get(number);
    const flags = this.at(number, Column.Flags);
    let position = this.at(number, Column.Position);
    const take = (length: number): Buffer => {
      const taken = this.bytes.read(position, length);
      position += length;
      return taken;
    };
    const text = (column: Column): string => take(this.at(number, column)).toString('latin1');
    const body = (column: Column, kept: KeptBody | null | undefined): Buffer | null => {
      if (kept) return kept.content();
      const length = this.at(number, column);
      return length < 0 ? null : take(length);
    };
    return {
      path: text(Column.PathLength),
      requestHeaders: text(Column.RequestHeadersLength),
      responseHeaders: text(Column.ResponseHeadersLength),
      requestBody: body(Column.RequestLength, large?.request),
      responseBody: body(Column.ResponseLength, large?.response),
      isDecoded: (flags & IS_DECODED) !== 0,
      isRequestCut: (flags & IS_REQUEST_CUT) !== 0,
      isResponseCut: (flags & IS_RESPONSE_CUT) !== 0,
    };
  }

  private dropOldest(): void {
    this.forget(this.first);
    this.first += 1;
    const isLast = this.first === this.next;
    this.bytes.dropBefore(isLast ? this.bytes.position : this.at(this.first, Column.Position));
  }

  private dropNewest(): void {
    this.next -= 1;
    this.forget(this.next);
    this.bytes.dropFrom(this.at(this.next, Column.Position));
  }

  private forget(number: number): void {
    this.countedBytes -= this.at(number, Column.CountedBytes);
    if (this.large.size > 0) this.forgetLarge(number);
  }

  private forgetLarge(number: number): void {
    const bodies = this.large.get(number);
    if (bodies?.request) bodies.request.isDropped = true;
    if (bodies?.response) bodies.response.isDropped = true;
    this.large.delete(number);
  }

  private get capacity(): number {
    return this.rows.length / Column.Count;
  }

  private at(number: number, column: Column): number {
    return this.rows[(number % this.capacity) * Column.Count + column]!;
  }

  private grow(): void {
    const capacity = Math.max(FIRST_ROWS, 2 * this.capacity);
    const grown = new Float64Array(capacity * Column.Count);
    for (let number = this.first; number < this.next; number += 1) {
      const from = (number % this.capacity) * Column.Count;
      grown.set(this.rows.subarray(from, from + Column.Count), (number % capacity) * Column.Count);
    }
    this.rows = grown;
  }

  /** Number of the row of an id, negative for none; ids ascend. */
  private numberOf(id: number): number {
    let [low, high] = [this.first, this.next];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle, Column.Id) < id) low = middle + 1;
      else high = middle;
    }
    return low < this.next && this.at(low, Column.Id) === id ? low : -1;
  }
}

function isLarge(body: Buffer | null): body is Buffer {
  return body !== null && body.length >= LARGE_BYTES;
}

function keptLarge(body: Buffer | null): KeptBody | null {
  return isLarge(body) ? new KeptBody(Buffer.from(body)) : null;
}

function isSmall(body: Buffer | null): body is Buffer {
  return body !== null && body.length < LARGE_BYTES;
}

function flagsOf({ isDecoded, isRequestCut, isResponseCut }: Capture): number {
  return (
    (isDecoded ? IS_DECODED : 0) |
    (isRequestCut ? IS_REQUEST_CUT : 0) |
    (isResponseCut ? IS_RESPONSE_CUT : 0)
  );
}

function sizeOf(capture: Capture): number {
  const { path, requestHeaders, responseHeaders, requestBody, responseBody } = capture;
  const texts = path.length + requestHeaders.length + responseHeaders.length + ROW_BYTES;
  return Math.max(OVERHEAD_BYTES, texts) + (requestBody?.length ?? 0) + (responseBody?.length ?? 0);
}
