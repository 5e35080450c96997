import { fieldLines } from './field-lines.js';
import { badResponse } from './wire.error.js';

/** How the end of an answer's content is recognised (RFC 9112, 6.3). */
export type BodyFraming = 'none' | 'length' | 'chunked' | 'close';

/** Status line and headers of an answer, and what they say of its content and connection. */
export interface ResponseHead {
  readonly status: number;
  /** Method of the request that it answers. */
  readonly method: string;
  /** Names and values alternating, spelled and ordered as received. */
  readonly headers: readonly string[];
  readonly framing: BodyFraming;
  /** Bytes of the content; 0 unless framed by length. */
  readonly lengthBytes: number;
  /** Whether the connection can carry another request. */
  readonly keepsAlive: boolean;
  /** How long the server keeps an idle connection, seconds; null when it does not say. */
  readonly idleSeconds: number | null;
}

const STATUS_LINE = /HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/y;

/** What the headers say about the message itself. */
class Framing {
  length: string | null = null;
  coding: string | null = null;
  connection = '';
  idleSeconds: number | null = null;

  constructor(headers: readonly string[]) {
    for (let at = 0; at < headers.length; at += 2) this.read(headers[at]!, headers[at + 1]!);
  }

  private read(name: string, value: string): void {
    // Of nearly every header the length says that it is none of these.
    switch (name.length) {
      case 10:
        return this.readTen(name.toLowerCase(), value);
      case 14:
        if (name.toLowerCase() === 'content-length') this.length = once(this.length, value);
        return;
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') this.coding = once(this.coding, value);
        return;
      default:
    }
  }

  private readTen(name: string, value: string): void {
    if (name === 'connection') this.connection += `,${value.toLowerCase()}`;
    else if (name === 'keep-alive') {
      const seconds = /(?:^|[\s,])timeout=(\d{1,9})/i.exec(value)?.[1];
      if (seconds !== undefined) this.idleSeconds = Number(seconds);
    }
  }
}

/**
 * Reads the head of an answer, strictly: what two readers could understand in two ways is refused.
 *
 * @param text Latin-1, from the status line to the CRLF of the last header
 * @throws WireError WIRE_BAD_RESPONSE
 */
export function parseResponseHead(text: string, method: string): ResponseHead {
  STATUS_LINE.lastIndex = 0;
  const line = STATUS_LINE.exec(text);
  if (!line) throw badResponse('malformed status line');
  const status = Number(line[2]);
  const headers = fieldLines(text, line[0].length);
  const framing = new Framing(headers);
  const isOld = line[1] === '0';
  const hasContent = method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
  return {
    status,
    method,
    headers,
    ...contentOf(framing, { isOld, hasContent }),
    keepsAlive: keepsAlive(framing.connection, isOld),
    idleSeconds: framing.idleSeconds,
  };
}

function once(known: string | null, value: string): string {
  if (known !== null) throw badResponse('Content-Length or Transfer-Encoding sent twice');
  return value;
}

function contentOf(
  { length, coding }: Framing,
  { isOld, hasContent }: { readonly isOld: boolean; readonly hasContent: boolean },
): Pick<ResponseHead, 'framing' | 'lengthBytes'> {
  if (length !== null && !/^\d{1,15}$/.test(length))
    throw badResponse('Content-Length is no number');
  if (coding !== null) {
    if (length !== null) throw badResponse('both Content-Length and Transfer-Encoding');
    if (coding.toLowerCase() !== 'chunked') throw badResponse('a transfer coding but chunked');
    if (isOld) throw badResponse('Transfer-Encoding in HTTP/1.0');
  }
  if (!hasContent) return { framing: 'none', lengthBytes: 0 };
  if (coding !== null) return { framing: 'chunked', lengthBytes: 0 };
  if (length === null) return { framing: 'close', lengthBytes: 0 };
  return { framing: 'length', lengthBytes: Number(length) };
}

function keepsAlive(connection: string, isOld: boolean): boolean {
  if (connection === '') return !isOld;
  if (/,\s*close\s*(?:,|$)/.test(connection)) return false;
  return !isOld || /,\s*keep-alive\s*(?:,|$)/.test(connection);
}
