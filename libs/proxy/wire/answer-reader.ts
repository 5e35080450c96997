import { AnswerReceiver } from '../upstream-link.interface.js';
import { ChunkedBody, ChunkSink } from './chunked-body.js';
import { HeadCollector } from './head-collector.js';
import { BodyFraming, parseResponseHead, ResponseHead } from './response-head.js';
import { badResponse } from './wire.error.js';

const MOST_HEAD_BYTES = 256 * 1024;
/** How every answer begins; whatever does not is not waited for. */
const PROTOCOL = Buffer.from('HTTP/1.');
const MOST_INTERIM_ANSWERS = 100;
const CR = 0x0d;
const LF = 0x0a;
/** Behind the last line of a head, which has a line end of its own. */
const BLANK_BYTES = 2;

/**
 * Reads the answers of one connection, from blocks that are cut anywhere, and hands each to its
 * receiver. Knows nothing of sockets.
 */
export class AnswerReader implements ChunkSink {
  private readonly heads = new HeadCollector(MOST_HEAD_BYTES);
  private readonly chunks = new ChunkedBody(this);
  private receiver: AnswerReceiver | null = null;
  private method = '';
  private head: ResponseHead | null = null;
  /** The last head that was read: servers send the same one again and again. */
  private lastHead: ResponseHead | null = null;
  private lastText = '';
  private phase: 'head' | BodyFraming = 'none';
  private leftBytes = 0;
  private interimAnswers = 0;
  private hasMore = false;

  /** Whether the head of the present answer has been read. */
  get hasHead(): boolean {
    return this.head !== null;
  }

  /** Whether the connection can carry another request after the answer that is complete. */
  get keepsAlive(): boolean {
    return this.head?.keepsAlive === true && this.head.framing !== 'close' && !this.hasMore;
  }

  /** How long the server keeps the connection unused, seconds; null when it does not say. */
  get idleSeconds(): number | null {
    return this.head?.idleSeconds ?? null;
  }

  /** The next answer is one to a request of this method. */
  begin(method: string, receiver: AnswerReceiver): void {
    this.method = method;
    this.receiver = receiver;
    this.head = null;
    this.phase = 'head';
    this.interimAnswers = 0;
    this.hasMore = false;
  }

  /** Nobody wants the answer any more. */
  drop(): void {
    this.receiver = null;
  }

  /**
   * Reads a block.
   *
   * @returns whether the answer is complete
   * @throws WireError WIRE_BAD_RESPONSE, WIRE_HEADERS_OVERFLOW
   */
  read(block: Buffer, size: number): boolean {
    for (let at = 0; at < size && this.receiver;) {
      at = this.readOn(block, at, size);
      if (this.phase !== 'none') continue;
      this.hasMore = at < size;
      return true;
    }
    return false;
  }

  /** The connection has ended; returns whether that was the end of the answer. */
  end(): boolean {
    if (this.phase !== 'close') return false;
    this.phase = 'none';
    this.receiver?.end([]);
    return true;
  }

  framed(block: Buffer, pieces: readonly number[]): void {
    this.receiver?.framed(block, pieces);
  }

  data(content: Buffer): void {
    this.receiver?.data(content);
  }

  private readOn(block: Buffer, at: number, size: number): number {
    switch (this.phase) {
      case 'head':
        return this.readHead(block, at, size);
      case 'length':
        return this.readCounted(block, at, size);
      case 'chunked':
        return this.readChunked(block, at, size);
      default:
        this.data(block.subarray(at, size));
        return size;
    }
  }

  private readHead(block: Buffer, at: number, size: number): number {
    const receiver = this.receiver!;
    if (!this.heads.hasBegun) receiver.began();
    const repeated = this.repeated(block, at, size);
    const end = repeated
      ? at + this.lastText.length + BLANK_BYTES
      : this.heads.collect(block, at, size);
    if (end < 0) {
      if (!this.heads.agreesWith(PROTOCOL)) throw badResponse('another protocol');
      return size;
    }
    const head = repeated ?? this.parse(this.heads.text);
    if (head.status < 200) {
      this.checkInterim(head.status);
      receiver.informed(head.status, head.headers);
      return end;
    }
    this.head = head;
    this.leftBytes = head.lengthBytes;
    if (head.framing === 'chunked') this.chunks.begin();
    const isEmpty = head.framing === 'length' && head.lengthBytes === 0;
    this.phase = isEmpty ? 'none' : head.framing;
    receiver.head(head.status, head.headers);
    if (this.phase === 'none') this.receiver?.end([]);
    return end;
  }

  /** The last head, if this is the same again; its end need not be looked for then. */
  private repeated(block: Buffer, at: number, size: number): ResponseHead | null {
    const { lastHead, lastText, method } = this;
    if (lastHead?.method !== method || this.heads.hasBegun) return null;
    const end = at + lastText.length;
    if (end + BLANK_BYTES > size || block[end] !== CR || block[end + 1] !== LF) return null;
    return block.toString('latin1', at, end) === lastText ? lastHead : null;
  }

  private parse(text: string): ResponseHead {
    this.lastHead = parseResponseHead(text, this.method);
    this.lastText = text;
    return this.lastHead;
  }

  private checkInterim(status: number): void {
    this.interimAnswers += 1;
    if (status === 101) throw badResponse('the protocol changed without being asked to');
    if (this.interimAnswers > MOST_INTERIM_ANSWERS) throw badResponse('only interim answers');
  }

  private readCounted(block: Buffer, at: number, size: number): number {
    const end = Math.min(size, at + this.leftBytes);
    this.leftBytes -= end - at;
    const content = block.subarray(at, end);
    if (this.leftBytes > 0) this.data(content);
    else {
      this.phase = 'none';
      this.receiver?.last(content);
    }
    return end;
  }

  private readChunked(block: Buffer, at: number, size: number): number {
    const end = this.chunks.read(block, at, size);
    if (end < 0) return size;
    this.phase = 'none';
    this.receiver?.end(this.chunks.trailers);
    return end;
  }
}
