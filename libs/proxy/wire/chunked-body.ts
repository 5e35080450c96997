import { fieldLines } from './field-lines.js';
import { HeadCollector } from './head-collector.js';
import { badResponse } from './wire.error.js';

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
const CRLF = Buffer.from('\r\n');

/** Hexadecimal digits of the largest chunk that is believed, 2^52 bytes. */
const MOST_DIGITS = 13;
/** Chunks with more digits than this are never whole in one block. */
const MOST_DIGITS_IN_BLOCK = 7;
const MOST_EXTENSION_BYTES = 16 * 1024;
const MOST_TRAILER_BYTES = 64 * 1024;

const HEX = Int8Array.from({ length: 256 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return digit;
});

/** Gets the content of a chunked body. */
export interface ChunkSink {
  /** Whole chunks with their framing; see AnswerReceiver. */
  framed(block: Buffer, pieces: readonly number[]): void;
  /** Content of a chunk that is cut, or that has extensions. */
  data(content: Buffer): void;
}

type State = 'size' | 'extension' | 'sizeEnd' | 'content' | 'contentCr' | 'contentLf' | 'trailers';

/**
 * Reads the chunked coding (RFC 9112, 7.1) from blocks that are cut anywhere. Strict: sizes are
 * digits, lines end in CRLF, extensions and trailers have a limit.
 */
export class ChunkedBody {
  /** Names and values of the trailers alternating, once the end has been read. */
  trailers: readonly string[] = [];
  private state: State = 'size';
  private digits = 0;
  private left = 0;
  private extensionBytes = 0;
  private isEnded = false;
  private readonly pieces: number[] = [];
  private collector: HeadCollector | null = null;

  constructor(private readonly sink: ChunkSink) {}

  /** Makes it ready for the next body. */
  begin(): void {
    this.trailers = [];
    this.state = 'size';
    this.digits = 0;
    this.left = 0;
    this.extensionBytes = 0;
    this.isEnded = false;
    this.collector = null;
  }

  /**
   * Reads on in a block.
   *
   * @returns offset behind the body's end, or -1 when that is still to come
   * @throws WireError WIRE_BAD_RESPONSE, WIRE_HEADERS_OVERFLOW
   */
  read(block: Buffer, from: number, to: number): number {
    for (let at = from; at < to;) {
      const isAtChunk = this.state === 'size' && this.digits === 0;
      const behind = isAtChunk ? this.readWhole(block, at, to) : at;
      at = behind > at ? behind : this.readPart(block, at, to);
      if (this.isEnded) return at;
    }
    return -1;
  }

  /** Hands over the chunks that are whole and plain; returns the offset behind them. */
  private readWhole(block: Buffer, from: number, to: number): number {
    const { pieces } = this;
    pieces.length = 0;
    let at = from;
    for (;;) {
      let size = 0;
      let cursor = at;
      for (let digit = HEX[block[cursor]!]!; digit >= 0; digit = HEX[block[cursor]!] ?? -1) {
        size = size * 16 + digit;
        cursor += 1;
        if (cursor - at > MOST_DIGITS_IN_BLOCK) break;
      }
      const end = cursor + 2 + size;
      if (size === 0 || end + 2 > to || !isCrlf(block, cursor) || !isCrlf(block, end)) break;
      pieces.push(cursor + 2 - from, end - from);
      at = end + 2;
    }
    if (at > from) this.sink.framed(block.subarray(from, at), pieces);
    return at;
  }

  private readPart(block: Buffer, at: number, to: number): number {
    if (this.state === 'trailers') return this.readTrailers(block, at, to);
    if (this.state !== 'content') {
      this.readLine(block[at]!);
      return at + 1;
    }
    const end = Math.min(to, at + this.left);
    this.left -= end - at;
    if (this.left === 0) this.state = 'contentCr';
    this.sink.data(block.subarray(at, end));
    return end;
  }

  private readLine(byte: number): void {
    switch (this.state) {
      case 'size':
        return this.readSize(byte);
      case 'extension':
        return this.readExtension(byte);
      case 'contentCr':
        return this.expect(byte === CR, 'contentLf');
      case 'contentLf':
        return this.expect(byte === LF, 'size');
      default:
        this.digits = 0;
        return this.expect(byte === LF, this.left === 0 ? 'trailers' : 'content');
    }
  }

  private readSize(byte: number): void {
    const digit = HEX[byte]!;
    if (digit >= 0 && this.digits < MOST_DIGITS) {
      this.left = this.left * 16 + digit;
      this.digits += 1;
      return;
    }
    const isKnown = byte === CR || byte === SEMICOLON;
    this.expect(isKnown && this.digits > 0, byte === CR ? 'sizeEnd' : 'extension');
  }

  private readExtension(byte: number): void {
    this.extensionBytes += 1;
    const isText = byte === 0x09 || (byte >= 0x20 && byte !== 0x7f) || byte === CR;
    const isKept = isText && this.extensionBytes <= MOST_EXTENSION_BYTES;
    this.expect(isKept, byte === CR ? 'sizeEnd' : 'extension');
  }

  private expect(isRight: boolean, next: State): void {
    if (!isRight) throw badResponse('malformed chunk');
    this.state = next;
  }

  private readTrailers(block: Buffer, at: number, to: number): number {
    if (!this.collector) {
      if (at + 1 < to && isCrlf(block, at)) {
        this.isEnded = true;
        return at + 2;
      }
      this.collector = new HeadCollector(MOST_TRAILER_BYTES);
      // With the end of the last chunk's line before it, no trailers are a blank line too.
      this.collector.append(CRLF, 0, 2);
    }
    const end = this.collector.collect(block, at, to);
    if (end < 0) return to;
    this.trailers = fieldLines(this.collector.text, 2);
    this.isEnded = true;
    return end;
  }
}

function isCrlf(block: Buffer, at: number): boolean {
  return block[at] === CR && block[at + 1] === LF;
}
