import { type AnsiPiece, AnsiReader } from './ansi.js';
import { LOG_TAIL_CHARACTERS } from './text-tail.js';

/** One line of a log. */
export interface LogLine {
  /** Grows from line to line and is never used again. */
  readonly id: number;
  readonly pieces: readonly AnsiPiece[];
  /** What is read of it: the pieces without their styles. */
  readonly plain: string;
}

/**
 * The lines at the end of a log. Each line is read once, when it comes, so that adding to a long log
 * costs no more than adding to a short one.
 */
export class LogLines {
  private lines: LogLine[] = [];
  private reader = new AnsiReader();
  private unfinished = '';
  private nextId = 1;
  private characters = 0;

  /** @param most characters that are kept, in whole lines */
  constructor(private readonly most = LOG_TAIL_CHARACTERS) {}

  /** How many lines have ever come. */
  get count(): number {
    return this.nextId - 1;
  }

  append(text: string): void {
    const parts = (this.unfinished + text).split('\n');
    this.unfinished = parts.pop() ?? '';
    for (const part of parts) this.add(part);
    this.forget();
  }

  /** Begins anew; numbers go on. */
  reset(): void {
    this.lines = [];
    this.reader = new AnsiReader();
    this.unfinished = '';
    this.characters = 0;
  }

  /** The lines as they are now, with the one that is being written. */
  list(): readonly LogLine[] {
    if (!this.unfinished) return this.lines.slice();
    // Read with a reader of its own: its style is counted once the line is complete.
    return [...this.lines, lineOf(this.nextId, new AnsiReader().line(this.unfinished))];
  }

  private add(text: string): void {
    const line = lineOf(this.nextId, this.reader.line(text));
    this.nextId += 1;
    this.lines.push(line);
    this.characters += line.plain.length + 1;
  }

  private forget(): void {
    let gone = 0;
    while (this.characters > this.most && gone < this.lines.length - 1) {
      this.characters -= this.lines[gone]!.plain.length + 1;
      gone += 1;
    }
    if (gone > 0) this.lines.splice(0, gone);
  }
}

function lineOf(id: number, pieces: readonly AnsiPiece[]): LogLine {
  return { id, pieces, plain: pieces.map(({ text }) => text).join('') };
}
