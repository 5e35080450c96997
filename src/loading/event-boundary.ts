import { StreamTail } from '#lib/proxy';

/** A blank line, with any of the line ends that are allowed (WHATWG HTML, 9.2.5). */
const BLANK_LINE = /(?:\n\n|\r\r|\r\n\r\n|\n\r\n|\r\n\n)$/;

/**
 * Knows whether a stream of events stands between two of them, whatever pieces it comes in. Where it
 * is not sure it says no.
 */
export class EventBoundary {
  private readonly tail = new StreamTail();

  /** Whether a comment may be put in now. */
  get isBetweenEvents(): boolean {
    const tail = this.tail.toString();
    return tail === '' || BLANK_LINE.test(tail);
  }

  /** The next bytes of the stream. */
  add({ buffer, byteOffset, byteLength }: Uint8Array): void {
    this.tail.add(Buffer.from(buffer, byteOffset, byteLength));
  }
}
