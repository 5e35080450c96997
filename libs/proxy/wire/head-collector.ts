import { badResponse, WireError } from './wire.error.js';

const BLANK_LINE = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Collects lines up to the first blank one, from however many blocks they come in. */
export class HeadCollector {
  /** What was collected, Latin-1, with the last line's CRLF and without the blank line. */
  text = '';
  private held: Buffer = NOTHING;
  private size = 0;

  /** @param limitBytes more than this is refused */
  constructor(private readonly limitBytes: number) {}

  /** Whether a part of the lines has been collected. */
  get hasBegun(): boolean {
    return this.size > 0;
  }

  /**
   * Takes from a block what belongs to the lines.
   *
   * @returns offset behind the blank line, or -1 when that is still to come
   * @throws WireError WIRE_BAD_RESPONSE, WIRE_HEADERS_OVERFLOW
   */
  collect(block: Buffer, from: number, to: number): number {
    if (this.size > 0) return this.go(block, from, to);
    const end = block.indexOf(BLANK_LINE, from);
    // A match behind the end is what the block's memory held before.
    if (end < 0 || end + 4 > to) return this.go(block, from, to);
    this.checkSize(end - from);
    this.text = block.toString('latin1', from, end + 2);
    return end + 4;
  }

  /** Whether what is held can be the beginning of a text that starts so. */
  agreesWith(start: Buffer): boolean {
    const length = Math.min(this.size, start.length);
    return this.held.compare(start, 0, length, 0, length) === 0;
  }

  /** Adds bytes to what is held. */
  append(block: Buffer, from: number, to: number): void {
    const size = this.size + to - from;
    if (size > this.held.length) {
      const grown = Buffer.allocUnsafe(Math.max(1024, size * 2));
      this.held.copy(grown, 0, 0, this.size);
      this.held = grown;
    }
    block.copy(this.held, this.size, from, to);
    this.size = size;
  }

  private go(block: Buffer, from: number, to: number): number {
    const before = this.size;
    this.append(block, from, to);
    const held = this.held.subarray(0, this.size);
    const end = held.indexOf(BLANK_LINE, Math.max(0, before - 3));
    this.checkSize(end < 0 ? this.size : end);
    if (end < 0) {
      checkLines(held, before);
      return -1;
    }
    this.text = held.toString('latin1', 0, end + 2);
    this.held = NOTHING;
    this.size = 0;
    return from + end + 4 - before;
  }

  private checkSize(bytes: number): void {
    if (bytes <= this.limitBytes) return;
    const message = `the headers are larger than ${this.limitBytes} bytes`;
    throw new WireError('WIRE_HEADERS_OVERFLOW', message);
  }
}

/** Refuses at once what would otherwise be waited for in vain: lines that end in LF alone. */
function checkLines(held: Buffer, from: number): void {
  for (let at = held.indexOf(LF, from); at >= 0; at = held.indexOf(LF, at + 1)) {
    if (held[at - 1] !== CR) throw badResponse('a line that does not end in CRLF');
  }
}
