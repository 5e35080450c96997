/** One replacement: `length` characters at `offset` of the input became `text`. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Leads offsets of an edited text back to the text before the edits. */
export class OffsetMap {
  private readonly starts: number[] = [];

  /** @param edits In ascending order, not overlapping. */
  constructor(
    private readonly edits: readonly TextEdit[],
    private readonly before: OffsetMap | null = null,
  ) {
    let shift = 0;
    for (const edit of edits) {
      this.starts.push(edit.offset + shift);
      shift += edit.text.length - edit.length;
    }
  }

  /** Offset in the original text; every offset inside a replacement leads to its beginning. */
  origin(offset: number): number {
    const own = this.ownOrigin(offset);
    return this.before ? this.before.origin(own) : own;
  }

  private ownOrigin(offset: number): number {
    let index = this.starts.length - 1;
    while (index >= 0 && this.starts[index]! > offset) index -= 1;
    if (index < 0) return offset;
    const edit = this.edits[index]!;
    const inside = offset - this.starts[index]!;
    if (inside < edit.text.length) return edit.offset;
    return edit.offset + edit.length + (inside - edit.text.length);
  }
}

/** The text after the edits, which are in ascending order and do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const edit of edits) {
    result += text.slice(from, edit.offset) + edit.text;
    from = edit.offset + edit.length;
  }
  return result + text.slice(from);
}
