import { zstdDecompressSync } from 'node:zlib';

/** A large body of a capture, as it came or compressed (Zstandard, RFC 8878). */
export class KeptBody {
  /** Whether its capture is gone, so that nothing needs to be done with it any more. */
  isDropped = false;
  private isCompressed = false;

  /** @param bytes its own: nobody else changes them */
  constructor(private bytes: Buffer) {}

  /** What is kept: the body or its compressed form. */
  get kept(): Buffer {
    return this.bytes;
  }

  /** The body as it came. */
  content(): Buffer {
    return this.isCompressed ? zstdDecompressSync(this.bytes) : this.bytes;
  }

  /** Takes the compressed form instead, where that is smaller; returns the bytes that it saves. */
  replace(compressed: Buffer): number {
    const saved = this.bytes.length - compressed.length;
    if (saved <= 0) return 0;
    this.bytes = compressed;
    this.isCompressed = true;
    return saved;
  }
}
