import { StringDecoder } from 'node:string_decoder';

/** Longest line that is handed out; a longer one is dropped. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/** Cuts bytes into lines, wherever the pieces end; memory is bounded. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private isDropping = false;

  constructor(private readonly line: (text: string) => void) {}

  /** Takes the next piece. */
  push(bytes: Buffer): void {
    const lines = (this.rest + this.decoder.write(bytes)).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) {
      if (this.isDropping) this.isDropping = false;
      else this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    if (this.rest.length <= MAX_LINE_CHARACTERS) return;
    this.rest = '';
    this.isDropping = true;
  }

  /** The end: what is left is a line too. */
  finish(): void {
    if (this.rest !== '' && !this.isDropping) this.line(this.rest);
    this.rest = '';
  }
}
