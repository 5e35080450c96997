/** Characters that a backslash makes literal inside double quotes. */
const ESCAPABLE = new Set(['$', '`', '"', '\\']);

/** Splits as a POSIX shell does, without any expansion; an unclosed quote ends with the text. */
export function splitPosix(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char === ' ' || char === '\t' || char === '\n') {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    const piece = readPiece(text, at);
    at = piece.end;
    if (piece.text !== null) word = (word ?? '') + piece.text;
  }
  if (word !== null) words.push(word);
  return words;
}

interface Piece {
  /** Null: the characters vanish without making a word. */
  readonly text: string | null;
  readonly end: number;
}

function readPiece(text: string, at: number): Piece {
  const char = text[at]!;
  if (char === "'") {
    const close = text.indexOf("'", at + 1);
    const end = close < 0 ? text.length : close;
    return { text: text.slice(at + 1, end), end: end + 1 };
  }
  if (char === '"') return readDoubleQuoted(text, at + 1);
  if (char !== '\\') return { text: char, end: at + 1 };
  const next = text[at + 1];
  return { text: next === undefined || next === '\n' ? null : next, end: at + 2 };
}

function readDoubleQuoted(text: string, from: number): Piece {
  let content = '';
  let at = from;
  while (at < text.length && text[at] !== '"') {
    const next = text[at + 1];
    if (text[at] !== '\\' || next === undefined) {
      content += text[at];
      at += 1;
      continue;
    }
    if (ESCAPABLE.has(next)) content += next;
    else if (next !== '\n') content += `\\${next}`;
    at += 2;
  }
  return { text: content, end: at + 1 };
}
