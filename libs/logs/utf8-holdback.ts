/** Longest sequence of bytes that can be a character cut short. */
const MOST_PARTIAL_BYTES = 3;

/** How many bytes at the end belong to a character of which the rest is missing; 0 to 3. */
export function partialCharacterBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(MOST_PARTIAL_BYTES, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** How many bytes at the start continue a character whose beginning is missing; 0 to 3. */
export function leadingContinuationBytes(bytes: Uint8Array): number {
  let count = 0;
  while (count < MOST_PARTIAL_BYTES && isContinuation(bytes[count] ?? 0)) count++;
  return count;
}

/**
 * Passes bytes on in whole UTF-8 characters: what a piece ends with and cannot be complete is held
 * back until the next piece. Bytes that are no UTF-8 pass as they are.
 */
export class Utf8Holdback {
  private held: Uint8Array = new Uint8Array(0);

  /** Takes a piece; returns what can be shown of it and of what was held back. */
  push(piece: Uint8Array): Uint8Array {
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, piece]) : piece;
    const partial = partialCharacterBytes(bytes);
    // A copy, because the piece may be a window on a buffer that is used again.
    this.held = Uint8Array.from(bytes.subarray(bytes.length - partial));
    return bytes.subarray(0, bytes.length - partial);
  }

  /** Gives up what is still held back: nothing will follow. */
  end(): Uint8Array {
    const rest = this.held;
    this.held = new Uint8Array(0);
    return rest;
  }
}

function isContinuation(byte: number): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 1;
}
