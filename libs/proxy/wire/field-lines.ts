import { badResponse } from './wire.error.js';

/** Lines of RFC 9112, 5, without obsolete folding and with nothing but CRLF between them. */
const FIELD_LINES = /(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/y;

const SPACE = 0x20;
const TAB = 0x09;

/**
 * Names and values of header lines, alternating, as received but for white space around values.
 *
 * @param text Latin-1, each line with its CRLF
 * @throws WireError WIRE_BAD_RESPONSE
 */
export function fieldLines(text: string, from: number): string[] {
  FIELD_LINES.lastIndex = from;
  if (!FIELD_LINES.test(text)) throw badResponse('malformed headers');
  const pairs: string[] = [];
  for (let at = from; at < text.length;) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    pairs.push(text.slice(at, colon), trimmed(text, colon + 1, end));
    at = end + 2;
  }
  return pairs;
}

function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
