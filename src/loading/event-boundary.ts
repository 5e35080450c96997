/** A blank line, with any of the line ends that are allowed (WHATWG HTML, 9.2.5). */
const BLANK_LINE = /(?:\n\n|\r\r|\r\n\r\n|\n\r\n|\r\n\n)$/;

/** The longest blank line with the line end before it, bytes. */
const TAIL_BYTES = 4;

/**
 * Knows whether a stream of events stands between two of them, whatever pieces it comes in. Where it
 * is not sure it says no.
 */
export class EventBoundary {
  private tail = '';

  /** Whether a comment may be put in now. */
  get isBetweenEvents(): boolean {
    return this.tail === '' || BLANK_LINE.test(this.tail);
  }

  /** The next bytes of the stream. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const end = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const last = end.toString('latin1', Math.max(0, end.length - TAIL_BYTES));
    this.tail = (this.tail + last).slice(-TAIL_BYTES);
  }
}
