const LF = 0x0a;
const CR = 0x0d;

/**
 * Servers end the lines of a stream in one of three ways: with a line feed, with both, or, in what are
 * odd cases, with a carriage return alone (WHATWG HTML, "Server-sent events"). The first end tells.
 */
export class LineEnds {
  private kind: 'unknown' | 'usual' | 'return' = 'unknown';
  /** Whether the last byte was a carriage return and the next one tells what it means. */
  private isOpen = false;

  /** Whether every line has a line feed at its end, so that nothing has to be done. */
  get areUsual(): boolean {
    return this.kind === 'usual';
  }

  /** The bytes with line feeds at the ends of the lines. */
  usual(bytes: Buffer): Buffer {
    if (this.kind === 'unknown') return this.decide(bytes);
    return this.kind === 'return' ? withLineFeeds(bytes) : bytes;
  }

  private decide(bytes: Buffer): Buffer {
    if (bytes.length === 0) return bytes;
    const at = this.isOpen ? -1 : firstEnd(bytes);
    if (at < 0 && !this.isOpen) return bytes;
    if (at === bytes.length - 1 && bytes[at] === CR) {
      this.isOpen = true;
      return bytes;
    }
    const isReturn = (at < 0 || bytes[at] === CR) && bytes[at + 1] !== LF;
    this.kind = isReturn ? 'return' : 'usual';
    if (!isReturn) return bytes;
    // The one that was left open has ended a line.
    return withLineFeeds(this.isOpen ? Buffer.concat([Buffer.of(LF), bytes]) : bytes);
  }
}

/** Index of the first byte that ends a line, -1 without one. */
function firstEnd(bytes: Buffer): number {
  const [feed, carriage] = [bytes.indexOf(LF), bytes.indexOf(CR)];
  return feed < 0 || carriage < 0 ? Math.max(feed, carriage) : Math.min(feed, carriage);
}

function withLineFeeds(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(CR); at >= 0; at = copy.indexOf(CR, at + 1)) copy[at] = LF;
  return copy;
}
