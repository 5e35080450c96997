/**
 * Keeps the last bytes of everything written. The memory is taken at the first write, so that a
 * ring nobody uses costs nothing.
 */
export class ByteRing {
  private buffer: Buffer | null = null;
  /** Where the next byte goes. */
  private end = 0;
  private written = 0;

  /** @param capacityBytes How many bytes are kept; at least 1. */
  constructor(readonly capacityBytes: number) {}

  /** Whether bytes have been forgotten, so that the content may begin inside a line. */
  get hasWrapped(): boolean {
    return this.written > this.capacityBytes;
  }

  /** Appends bytes and forgets the oldest ones where there is no room. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.written += bytes.length;
    this.buffer ??= Buffer.alloc(this.capacityBytes);
    if (this.end + bytes.length < this.capacityBytes) {
      this.buffer.set(bytes, this.end);
      this.end += bytes.length;
      return;
    }
    const kept = bytes.subarray(Math.max(0, bytes.length - this.capacityBytes));
    const first = kept.subarray(0, this.capacityBytes - this.end);
    this.buffer.set(first, this.end);
    this.buffer.set(kept.subarray(first.length), 0);
    this.end = (this.end + kept.length) % this.capacityBytes;
  }

  /** A copy of the content, oldest byte first. */
  content(): Buffer {
    if (!this.buffer) return Buffer.alloc(0);
    if (this.written < this.capacityBytes) return Buffer.from(this.buffer.subarray(0, this.end));
    return Buffer.concat([this.buffer.subarray(this.end), this.buffer.subarray(0, this.end)]);
  }
}
