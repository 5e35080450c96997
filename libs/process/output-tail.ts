import { stripVTControlCharacters } from 'node:util';

const KEPT_BYTES = 2048;
const LINES = 3;
const LONGEST_TEXT = 400;

/** Keeps the end of what a server writes, to tell with its failure what it said last. */
export class OutputTail {
  private kept = Buffer.alloc(0);

  /** Takes a piece of output; only its end is looked at. */
  take(chunk: Uint8Array): void {
    const end = chunk.subarray(-KEPT_BYTES);
    this.kept = Buffer.from(Buffer.concat([this.kept, end]).subarray(-KEPT_BYTES));
  }

  /** The last lines in one, without control characters; empty when nothing was written. */
  get text(): string {
    const lines = stripVTControlCharacters(this.kept.toString('utf8'))
      .split(/[\r\n]+/)
      .map((line) => line.replaceAll(/\p{Cc}|\uFFFD/gu, ' ').trim())
      .filter((line) => line !== '');
    return lines.slice(-LINES).join(' | ').slice(-LONGEST_TEXT);
  }
}
