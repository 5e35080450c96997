import { STATUS_CODES } from 'node:http';
import { memberAt, textOf } from './json.js';

/** Longest error text that is recorded, in bytes. */
const MAX_ERROR_BYTES = 500;

/** Standard phrases (as the Go library words them) that Node words in another way. */
const PHRASES: ReadonlyMap<number, string> = new Map([
  [413, 'Request Entity Too Large'],
  [414, 'Request URI Too Long'],
  [416, 'Requested Range Not Satisfiable'],
  [418, "I'm a teapot"],
]);

/** Codes that only Node has a phrase for. */
const NOT_STANDARD: ReadonlySet<number> = new Set([509]);

/**
 * The text recorded for an answer with an error status: the first text among `error.message`,
 * `error`, `message` and `detail` of the body, cut at 500 bytes, else the status line.
 */
export function errorTextOf(body: unknown, status: number): string {
  const candidates = [
    memberAt(body, 'error', 'message'),
    memberAt(body, 'error'),
    memberAt(body, 'message'),
    memberAt(body, 'detail'),
  ];
  for (const candidate of candidates) {
    const text = textOf(candidate);
    if (text) return cutText(text);
  }
  return statusText(status);
}

/** Class of the failure: `error.type` of the body, else `http_<status>`. */
export function errorTypeOf(body: unknown, status: number): string {
  return textOf(memberAt(body, 'error', 'type')) ?? `http_${status}`;
}

/** `404 Not Found`, or `HTTP 599` for a code without a standard phrase. */
export function statusText(status: number): string {
  const phrase = NOT_STANDARD.has(status)
    ? undefined
    : (PHRASES.get(status) ?? STATUS_CODES[status]);
  return phrase ? `${status} ${phrase}` : `HTTP ${status}`;
}

/** A text of at most 500 bytes; a longer one is cut there and marked with three dots. */
export function cutText(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_ERROR_BYTES) return text;
  return `${bytes.subarray(0, MAX_ERROR_BYTES).toString('utf8')}...`;
}
