/** The beginning of a body, up to a limit. */
export class BodyCollector {
  private readonly pieces: Buffer[] = [];
  private bytes = 0;
  private cut = false;

  constructor(private readonly limitBytes: number) {}

  /** Whether there was more than the limit. */
  get isCut(): boolean {
    return this.cut;
  }

  /** Copies what it keeps. */
  add(piece: Uint8Array): void {
    const room = this.limitBytes - this.bytes;
    if (piece.length > room) this.cut = true;
    if (room <= 0) return;
    const kept = Buffer.from(piece.subarray(0, room));
    this.pieces.push(kept);
    this.bytes += kept.length;
  }

  content(): Buffer {
    return Buffer.concat(this.pieces);
  }
}
