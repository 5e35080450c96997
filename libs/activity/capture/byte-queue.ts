const LEAST_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Bytes in the order in which they came, in one piece of memory: appended behind, given up in front.
 * Kept as an object each they would have to be moved and looked at by the garbage collector. The
 * memory grows with what is in it, up to a limit, and every byte has a position that stays the same.
 */
export class ByteQueue {
  private ring: Buffer = NOTHING;
  private start = 0;
  private end = 0;

  /** @param limitBytes there is never more in it; the caller sees to that */
  constructor(private limitBytes: number) {}

  /** Bytes that are in it. */
  get length(): number {
    return this.end - this.start;
  }

  /** Memory that it takes, bytes. */
  get capacityBytes(): number {
    return this.ring.length;
  }

  /** Position of the next byte. */
  get position(): number {
    return this.end;
  }

  append(bytes: Uint8Array): void {
    this.makeRoom(bytes.length);
    const { ring } = this;
    const place = this.end % ring.length;
    const first = Math.min(bytes.length, ring.length - place);
    if (first === bytes.length) ring.set(bytes, place);
    else {
      ring.set(bytes.subarray(0, first), place);
      ring.set(bytes.subarray(first), 0);
    }
    this.end += bytes.length;
  }

  /** Appends a text of Latin-1 characters, a byte each. */
  appendText(text: string): void {
    this.makeRoom(text.length);
    const place = this.end % this.ring.length;
    if (place + text.length > this.ring.length) {
      this.append(Buffer.from(text, 'latin1'));
      return;
    }
    this.ring.write(text, place, 'latin1');
    this.end += text.length;
  }

  /** A copy of what is at a position. */
  read(position: number, length: number): Buffer {
    if (length === 0) return Buffer.alloc(0);
    const { ring } = this;
    const place = position % ring.length;
    const first = ring.subarray(place, Math.min(place + length, ring.length));
    return Buffer.concat([first, ring.subarray(0, length - first.length)]);
  }

  /** Gives up what is before a position. */
  dropBefore(position: number): void {
    this.start = position;
  }

  /** Gives up what is from a position on. */
  dropFrom(position: number): void {
    this.end = position;
  }

  /** Sets another limit, which is not below what is in it, and gives back memory beyond it. */
  resize(limitBytes: number): void {
    this.limitBytes = limitBytes;
    if (this.ring.length > limitBytes) this.move(limitBytes);
  }

  private makeRoom(bytes: number): void {
    const needed = this.length + bytes;
    const present = this.ring.length;
    // An empty ring has no place to begin at.
    if (needed <= present && present > 0) return;
    const wanted = Math.max(LEAST_BYTES, 2 * present);
    this.move(Math.max(needed, Math.min(wanted, this.limitBytes), 1));
  }

  private move(capacityBytes: number): void {
    const content = this.read(this.start, this.length);
    this.ring = capacityBytes === 0 ? NOTHING : Buffer.allocUnsafeSlow(capacityBytes);
    this.end = this.start;
    if (content.length > 0) this.append(content);
  }
}
