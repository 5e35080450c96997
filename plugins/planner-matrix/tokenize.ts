import { ExpressionSyntaxError } from './expression.js';

/** One token with its 0-based position in the trimmed text, counted in characters. */
export interface Token {
  readonly kind: 'name' | 'reference' | '&' | '|' | '(' | ')';
  readonly text: string;
  readonly position: number;
}

const BLANK = /^\p{White_Space}$/u;
const EDGE_BLANKS = /^\p{White_Space}+|\p{White_Space}+$/gu;
const NAME_CHARACTER = /^[\p{L}\p{Nd}_.-]$/u;

function isPunctuation(character: string): character is '&' | '|' | '(' | ')' {
  return character === '&' || character === '|' || character === '(' || character === ')';
}

/**
 * Cuts a set expression into tokens.
 *
 * @throws ExpressionSyntaxError for a character outside the grammar and a `+` without a name.
 */
export function tokenize(text: string): Token[] {
  const characters = Array.from(text.replace(EDGE_BLANKS, ''));
  const tokens: Token[] = [];
  for (let position = 0; position < characters.length;) {
    const character = characters[position]!;
    if (BLANK.test(character)) position += 1;
    else if (isPunctuation(character)) {
      tokens.push({ kind: character, text: character, position });
      position += 1;
    } else {
      const token = readName(characters, position);
      tokens.push(token);
      position += Array.from(token.text).length;
    }
  }
  return tokens;
}

function readName(characters: readonly string[], position: number): Token {
  const isReference = characters[position] === '+';
  const start = isReference ? position + 1 : position;
  let end = start;
  while (end < characters.length && NAME_CHARACTER.test(characters[end]!)) end += 1;
  if (end === start) throw badStart(characters[position]!, position);
  const kind = isReference ? 'reference' : 'name';
  return { kind, text: characters.slice(position, end).join(''), position };
}

function badStart(character: string, position: number): ExpressionSyntaxError {
  if (character === '+') {
    return new ExpressionSyntaxError(
      'missing-reference-name',
      `the + at position ${position} must be followed directly by the name of a set`,
    );
  }
  return new ExpressionSyntaxError(
    'unexpected-character',
    `unexpected character "${character}" at position ${position}; allowed are names of letters, ` +
      'digits, "_", "-" and ".", and & | ( ) +; give a model with other characters a name in vars',
  );
}
