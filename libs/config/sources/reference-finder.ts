import { Lexer } from 'yaml';
import { LEXER_MARKS } from '../yaml/syntax-advice.js';

/** In what kind of scalar a reference stands; `other` for everything that is no scalar. */
export type ReferencePosition = 'plain' | 'single-quoted' | 'double-quoted' | 'block' | 'other';

/** One `${env.NAME}` in the text of a file. */
export interface Reference {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly position: ReferencePosition;
}

const REFERENCE = /\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}/g;
const COMMANDS = new Set(['cmd', 'cmdStop']);
const DOCUMENT_MARK = '\u0002';
const SCALAR_MARK = '\u001f';
const DOCUMENT_START = '---';

/**
 * Every reference of the first document that counts: those in YAML comments do not, nor do those in
 * comment lines of commands.
 */
export function findReferences(text: string): Reference[] {
  if (!text.includes('${env.')) return [];
  // A brace would open a mapping inside a flow list; a parenthesis of the same length is just text.
  const lexable = text.replace(REFERENCE, (whole) => `$(${whole.slice(2, -1)})`);
  const last = text.lastIndexOf('${env.');
  const scan = new LexemeScan(text);
  for (const lexeme of new Lexer().lex(lexable)) {
    if (!scan.next(lexeme) || scan.position > last) break;
  }
  return scan.references;
}

/** Follows the lexer through one document. */
class LexemeScan {
  readonly references: Reference[] = [];
  private offset = 0;
  private hasBegun = false;
  private afterScalarMark = false;
  private afterBlockHeader = false;
  private lastScalar = '';
  private pendingKey: string | null = null;

  constructor(private readonly text: string) {}

  /** Offset behind the pieces that have been taken. */
  get position(): number {
    return this.offset;
  }

  /** Takes the next piece; false when the first document has ended. */
  next(lexeme: string): boolean {
    if (lexeme === DOCUMENT_MARK || lexeme === DOCUMENT_START) {
      // The mark comes before the start, and a second document may have the start alone.
      if (this.hasBegun) return false;
      this.hasBegun = lexeme === DOCUMENT_START;
    }
    if (lexeme === SCALAR_MARK) this.afterScalarMark = this.hasBegun = true;
    if (LEXER_MARKS.has(lexeme)) return true;
    this.piece(this.text.slice(this.offset, this.offset + lexeme.length));
    this.offset += lexeme.length;
    return true;
  }

  private piece(piece: string): void {
    const quote = piece[0] ?? '';
    if (!/^[\s#%]/.test(quote)) this.hasBegun = true;
    if (this.afterScalarMark) {
      this.scalar(piece, this.afterBlockHeader ? 'block' : 'plain');
    } else if (quote === '"') this.scalar(piece, 'double-quoted');
    else if (quote === "'") this.scalar(piece, 'single-quoted');
    else if (quote === '|' || quote === '>') this.afterBlockHeader = true;
    else if (piece === ':') this.pendingKey = this.lastScalar;
    else if (quote !== '#') this.collect(piece, 'other', false);
  }

  private scalar(piece: string, position: ReferencePosition): void {
    const isCommand = this.pendingKey !== null && COMMANDS.has(this.pendingKey);
    this.collect(piece, position, isCommand);
    this.lastScalar = position === 'plain' ? piece : piece.slice(1, -1);
    this.pendingKey = null;
    this.afterScalarMark = false;
    this.afterBlockHeader = false;
  }

  private collect(piece: string, position: ReferencePosition, isCommand: boolean): void {
    for (const match of piece.matchAll(REFERENCE)) {
      if (isCommand && isInCommentLine(piece, match.index)) continue;
      const offset = this.offset + match.index;
      this.references.push({ name: match[1]!, offset, length: match[0].length, position });
    }
  }
}

/** A command's line whose first character is a number sign is dropped before anything else. */
function isInCommentLine(text: string, index: number): boolean {
  const lineStart = text.lastIndexOf('\n', index) + 1;
  return text.slice(lineStart, index).trimStart().startsWith('#');
}
