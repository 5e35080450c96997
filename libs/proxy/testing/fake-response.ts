import { EventEmitter } from 'node:events';
import { IncomingMessage } from 'node:http';

/** A client's side that remembers what was written to it. */
export class FakeResponse extends EventEmitter {
  readonly req = { method: 'POST', httpVersion: '1.1', httpVersionMajor: 1 } as IncomingMessage;
  readonly seen: string[] = [];
  accepts = true;
  headersSent = false;
  writableEnded = false;
  writableFinished = false;
  destroyed = false;
  closed = false;
  /** Whether what is written stays, because the client does not read. */
  isStuck = false;

  hasHeader(): boolean {
    return false;
  }

  writeHead(status: number, headers: readonly string[]): void {
    this.headersSent = true;
    this.seen.push(`head ${status} ${headers.join(':')}`);
  }

  flushHeaders(): void {
    this.seen.push('flush');
  }

  write(chunk: Uint8Array | string, done?: () => void): boolean {
    this.seen.push(`write ${chunk.toString()}`);
    if (done) queueMicrotask(done);
    return this.accepts;
  }

  addTrailers(pairs: readonly (readonly string[])[]): void {
    this.seen.push(`trailers ${pairs.flat().join(':')}`);
  }

  writeEarlyHints(hints: Record<string, unknown>): void {
    this.seen.push(`hints ${JSON.stringify(hints)}`);
  }

  end(text = ''): void {
    this.writableEnded = true;
    this.seen.push(`end ${text}`.trimEnd());
    if (this.isStuck) return;
    this.writableFinished = true;
    this.emit('close');
  }

  destroy(): void {
    this.destroyed = true;
    this.seen.push('destroy');
    this.emit('close');
  }
}
