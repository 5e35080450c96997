import { BodyBudget } from './body.budget.js';

/** Small pieces are gathered in blocks of this size, bytes, which doubles with each block … */
const FIRST_BLOCK_BYTES = 4096;
/** … up to this. */
const LARGEST_BLOCK_BYTES = 64 * 1024;

const NOTHING = Buffer.alloc(0);

/** The beginning of a body, up to a limit and to what all bodies may hold together. */
export class BodyCollector {
  private pieces: Buffer[] = [];
  /** Where the next bytes go; the last of the pieces, as far as it is filled. */
  private block = NOTHING;
  private filled = 0;
  private bytes = 0;
  private cut = false;

  constructor(
    private readonly limitBytes: number,
    private readonly budget?: BodyBudget,
  ) {}

  /** Whether there was more than the limit, or more than all bodies may hold. */
  get isCut(): boolean {
    return this.cut;
  }

  /** Copies what it keeps; nothing behind the first byte that is not kept. */
  add(piece: Uint8Array): void {
    if (this.cut) return;
    const wanted = Math.min(piece.length, Math.max(0, this.limitBytes - this.bytes));
    const granted = this.budget ? this.budget.take(wanted) : wanted;
    if (granted < piece.length) this.cut = true;
    if (granted === 0) return;
    this.keep(granted === piece.length ? piece : piece.subarray(0, granted));
    this.bytes += granted;
  }

  content(): Buffer {
    const { pieces, block, filled } = this;
    const last = filled === block.length ? block : block.subarray(0, filled);
    return pieces.length === 0 ? last : Buffer.concat([...pieces, last], this.bytes);
  }

  /** The content has been taken, or is not wanted; to be called once. */
  release(): void {
    this.budget?.give(this.bytes);
    this.pieces = [];
    this.block = NOTHING;
    this.filled = 0;
    this.bytes = 0;
  }

  /** Nearly all answers come in one piece, which gets no block; the others in very many. */
  private keep(piece: Uint8Array): void {
    if (this.bytes === 0) {
      this.block = Buffer.from(piece);
      this.filled = piece.length;
      return;
    }
    if (this.filled + piece.length > this.block.length) this.startBlock(piece.length);
    this.block.set(piece, this.filled);
    this.filled += piece.length;
  }

  private startBlock(leastBytes: number): void {
    this.pieces.push(this.block.subarray(0, this.filled));
    const doubled = Math.min(LARGEST_BLOCK_BYTES, 2 * this.block.length);
    const left = this.limitBytes - this.bytes;
    const size = Math.min(left, Math.max(FIRST_BLOCK_BYTES, doubled, leastBytes));
    this.block = Buffer.allocUnsafeSlow(size);
    this.filled = 0;
  }
}
