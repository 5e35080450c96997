import { Lexer, YAMLParseError } from 'yaml';

/** A mistake in the form of a file: where to look, and what is wrong and what to do. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

const ADVICE: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: 'in double quotes write \\\\ for a backslash, or put the text in single quotes',
  BAD_SCALAR_START: 'put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value that contains a colon and a blank must stand in quotes',
  MULTILINE_IMPLICIT_KEY: 'a key must end in a colon and a blank or the end of the line',
  TAB_AS_INDENT: 'indent with blanks',
};
const ADVICE_BY_WORDS: readonly (readonly [words: string, advice: string])[] = [
  ['must be sufficiently indented', 'a bracket is not closed, or its lines stand too far left'],
  ['must start at the same column', 'line the keys of a mapping up below each other'],
  ['Unexpected scalar at node end', 'put the whole value into one pair of quotes'],
  ['same line with key', 'begin the list in the line below its key'],
];

/** Marks that the lexer puts between the pieces of the text; they have no length in it. */
export const LEXER_MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

/** What a message of the parser means to somebody who looks at the file. */
export function explainSyntax(error: YAMLParseError, text: string): SyntaxProblem {
  const [end] = error.pos;
  const unclosed = error.message.startsWith('Missing closing') ? openingQuote(text, end) : null;
  if (unclosed !== null) {
    return { offset: unclosed, message: 'the quote that opens here is not closed' };
  }
  const advice =
    ADVICE[error.code] ??
    ADVICE_BY_WORDS.find(([words]) => error.message.includes(words))?.[1] ??
    null;
  const message = advice === null ? error.message : `${error.message}; ${advice}`;
  return { offset: end, message };
}

/** Where the quoted text that ends at `end` begins. */
function openingQuote(text: string, end: number): number | null {
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.has(lexeme)) continue;
    if (/^["']/.test(lexeme) && offset + lexeme.length >= end) return offset;
    offset += lexeme.length;
  }
  return null;
}

/** The first character that no YAML text may contain (YAML 1.2, 5.1), or null. */
export function forbiddenCharacter(text: string): SyntaxProblem | null {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  const match = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/.exec(text);
  if (!match) return null;
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return { offset: match.index, message: `the control character U+${code} cannot stand in a file` };
}
