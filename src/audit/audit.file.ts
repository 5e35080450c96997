import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { appendFile, rename, rm, stat } from 'node:fs/promises';
import { AuditConfig } from '#lib/config';

/** As much of the end of the file is read at the start, bytes. */
const TAIL_BYTES = 256 * 1024;

/** Only its owner may read it. */
const MODE = 0o600;

/**
 * A file of lines that is only ever added to. At its size it is renamed to `.1`, the old `.1` to `.2`
 * and so on, and the oldest is removed. Lines are written one after the other.
 */
export class AuditFile {
  private readonly path: string;
  private last: Promise<void> = Promise.resolve();
  private bytes: number | null = null;

  /** @param onFailure told what went wrong with a line, which is lost then */
  constructor(
    private readonly config: AuditConfig & { readonly path: string },
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.path = config.path;
  }

  /** The last lines of the file, oldest first; none when it cannot be read. */
  tail(): string[] {
    try {
      const file = openSync(this.path, 'r');
      try {
        const { size } = fstatSync(file);
        const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
        readSync(file, buffer, 0, buffer.length, size - buffer.length);
        const lines = buffer.toString('utf8').split('\n');
        return buffer.length < size ? lines.slice(1) : lines;
      } finally {
        closeSync(file);
      }
    } catch {
      return [];
    }
  }

  /** Adds a line behind all others. */
  append(line: string): void {
    this.last = this.last.then(() => this.write(`${line}\n`)).catch(this.onFailure);
  }

  /** Resolves when every line so far is in the file. */
  written(): Promise<void> {
    return this.last;
  }

  private async write(text: string): Promise<void> {
    const length = Buffer.byteLength(text);
    this.bytes ??= await sizeOf(this.path);
    if (this.bytes > 0 && this.bytes + length > this.config.maxBytes) await this.rotate();
    await appendFile(this.path, text, { mode: MODE });
    this.bytes += length;
  }

  private async rotate(): Promise<void> {
    const { path } = this;
    await rm(`${path}.${this.config.files}`, { force: true });
    for (let number = this.config.files - 1; number >= 0; number -= 1) {
      const from = number === 0 ? path : `${path}.${number}`;
      if ((await sizeOf(from)) > 0) await rename(from, `${path}.${number + 1}`);
    }
    this.bytes = 0;
  }
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
