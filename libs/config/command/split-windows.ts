const BLANKS = new Set([' ', '\t', '\r', '\n']);

/**
 * Splits as the C runtime of Windows does: only double quotes quote, and backslashes are special
 * before a double quote only.
 */
export function splitWindows(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let isQuoted = false;
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (!isQuoted && BLANKS.has(char)) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    const piece = readPiece(text, at, isQuoted);
    word = (word ?? '') + piece.text;
    if (piece.toggles) isQuoted = !isQuoted;
    at = piece.end;
  }
  if (word !== null) words.push(word);
  return words;
}

interface Piece {
  readonly text: string;
  readonly end: number;
  /** A quoted part opens or closes here. */
  readonly toggles: boolean;
}

function readPiece(text: string, from: number, isQuoted: boolean): Piece {
  let at = from;
  while (text[at] === '\\') at += 1;
  const backslashes = at - from;
  if (text[at] !== '"') {
    if (backslashes > 0) return { text: text.slice(from, at), end: at, toggles: false };
    return { text: text[at]!, end: at + 1, toggles: false };
  }
  const kept = '\\'.repeat(backslashes >> 1);
  if (backslashes % 2 === 1) return { text: `${kept}"`, end: at + 1, toggles: false };
  if (isQuoted && text[at + 1] === '"') return { text: `${kept}"`, end: at + 2, toggles: false };
  return { text: kept, end: at + 1, toggles: true };
}
