import { leadingContinuationBytes } from './utf8-holdback.js';

const LINE_END = 0x0a;

/**
 * The part of a ring's content that can be shown: when older bytes have been forgotten it begins
 * with a whole line, or at least with a whole character where there is no line end.
 */
export function wholeLines(content: Uint8Array, hasWrapped: boolean): Uint8Array {
  if (!hasWrapped) return content;
  const lineEnd = content.indexOf(LINE_END);
  const isOneLine = lineEnd < 0 || lineEnd === content.length - 1;
  return content.subarray(isOneLine ? leadingContinuationBytes(content) : lineEnd + 1);
}
