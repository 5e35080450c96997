const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LF = 0x0a;

/** Members that hold a piece of generated text, in any API, as they begin in compact and wide JSON. */
const TEXT_MEMBERS: readonly Buffer[] = [
  'content',
  'text',
  'reasoning_content',
  'reasoning',
  'thinking',
  'delta',
].flatMap((name) => [Buffer.from(`"${name}":"`), Buffer.from(`"${name}": "`)]);

/** After so many lines that nothing was like, a stream is taken for one without repetition. */
const MOST_FRUITLESS = 16;

/**
 * Recognises lines of a stream that differ from an earlier one in nothing but a piece of text, as
 * nearly all lines of most streams do: what was found out about that one holds for them, unparsed.
 */
export class RepeatedEvent {
  private head: Buffer | null = null;
  private tail = Buffer.alloc(0);
  private fruitless = 0;

  /** Whether it is any use to {@link learn}. */
  get isLearning(): boolean {
    return this.fruitless <= MOST_FRUITLESS;
  }

  /**
   * Remembers a line without its line feed, whose JSON is valid. Does nothing where it cannot be
   * told for certain what else is the same event.
   */
  learn(line: Buffer): void {
    if (!this.isLearning || line.includes(BACKSLASH)) return;
    this.fruitless += 1;
    const begin = textBegin(line);
    if (begin < 0) return;
    const end = line.indexOf(QUOTE, begin);
    this.head = Buffer.from(line.subarray(0, begin));
    this.tail = Buffer.concat([line.subarray(end), Buffer.of(LF)]);
  }

  /**
   * Whether the line that begins at `start` is the same event with another text, not empty.
   *
   * @returns the index behind its line feed, or -1 for any other line and for one that is not whole
   */
  endOf(bytes: Buffer, start: number): number {
    const { head, tail } = this;
    if (!head || bytes.length - start <= head.length + tail.length) return -1;
    const begin = start + head.length;
    if (bytes.compare(head, 0, head.length, start, begin) !== 0) return -1;
    let at = begin;
    // What is escaped, and what must not be in a text, is left to the parser.
    while (at < bytes.length && isPlain(bytes[at]!)) at += 1;
    const end = at + tail.length;
    if (at === begin || end > bytes.length) return -1;
    if (bytes.compare(tail, 0, tail.length, at, end) !== 0) return -1;
    this.fruitless = 0;
    return end;
  }
}

function isPlain(byte: number): boolean {
  return byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH;
}

/** Where the only text of the line begins; -1 when there is none, or more than one of its name. */
function textBegin(line: Buffer): number {
  for (const member of TEXT_MEMBERS) {
    const at = line.indexOf(member);
    if (at < 0) continue;
    return line.indexOf(member, at + 1) < 0 ? at + member.length : -1;
  }
  return -1;
}
