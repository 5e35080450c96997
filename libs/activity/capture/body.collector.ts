import { BodyBudget } from './body.budget.js';

/** The beginning of a body, up to a limit and to what all bodies may hold together. */
export class BodyCollector {
  private readonly pieces: Buffer[] = [];
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
    this.pieces.push(Buffer.from(piece.subarray(0, granted)));
    this.bytes += granted;
  }

  content(): Buffer {
    return Buffer.concat(this.pieces);
  }

  /** The content has been taken, or is not wanted; to be called once. */
  release(): void {
    this.budget?.give(this.bytes);
    this.pieces.length = 0;
    this.bytes = 0;
  }
}
