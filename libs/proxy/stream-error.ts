import { DroverError } from '#lib/foundation';

/** What breaks a stream unless something else is said. */
const CONNECTION_LOST = new DroverError(
  'UPSTREAM_BROKEN',
  'upstream connection lost: the answer is incomplete',
);

/**
 * The last event of a stream that breaks off, because its upstream has died or for the given reason:
 * it closes an event that was cut in the middle. One form for all: clients of chat completions look
 * for the member `error`, those of messages for `type` and `error`, those of responses for `type`,
 * `code` and `message`.
 *
 * @param tail the last bytes that were sent, at least four where there were as many
 */
export function brokenStreamEvent(tail: string, why: DroverError = CONNECTION_LOST): string {
  const atBoundary = tail === '' || /(?:\n\n|\r\n\r\n|\r\r)$/.test(tail);
  return `${atBoundary ? '' : '\n\n'}event: error\ndata: ${JSON.stringify(messageOf(why))}\n\n`;
}

/** The envelope of an error, as `data` of an event. */
function messageOf({ message, entry: { type, clientCode } }: DroverError): object {
  const error = { message, type, param: null, code: clientCode };
  return { src: 'llama-swap', type: 'error', code: clientCode, message, param: null, error };
}

/** Remembers the last four bytes of a stream without keeping any of its memory. */
export class StreamTail {
  private bytes = 0;
  private length = 0;

  add(content: Buffer): void {
    for (let at = Math.max(0, content.length - 4); at < content.length; at += 1) {
      this.bytes = (this.bytes << 8) | content[at]!;
    }
    this.length += content.length;
  }

  /** Latin-1; fewer than four characters when there were fewer bytes. */
  toString(): string {
    const text = String.fromCharCode(
      this.bytes >>> 24,
      (this.bytes >>> 16) & 0xff,
      (this.bytes >>> 8) & 0xff,
      this.bytes & 0xff,
    );
    return text.slice(4 - Math.min(4, this.length));
  }
}
