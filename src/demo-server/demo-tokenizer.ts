/** One token: a piece of text and a number that depends on the piece alone. */
export interface Token {
  readonly id: number;
  readonly piece: string;
}

/** Number of different token ids. */
export const VOCABULARY_SIZE = 32_000;

/**
 * Cuts text into tokens of at most six characters, a blank going to the word after it. Joining
 * the pieces gives the text back.
 */
export function tokenize(text: string): Token[] {
  const pieces = text.match(/\s?[\p{L}\p{N}]{1,6}|\s|[^\s\p{L}\p{N}]/gu) ?? [];
  return pieces.map((piece) => ({ id: tokenId(piece), piece }));
}

/** The number of a piece of text. */
export function tokenId(piece: string): number {
  return hashText(piece) % VOCABULARY_SIZE;
}

/** 32-bit FNV-1a hash over UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv/). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
