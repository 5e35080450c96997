import { AnswerReceiver, UpstreamLink } from '../upstream-link.interface.js';

/** Remembers an answer; refuses calls in a wrong order. */
export class RecordedAnswer implements AnswerReceiver {
  status: number | null = null;
  headers: readonly string[] = [];
  trailers: readonly string[] = [];
  readonly interim: number[] = [];
  content = Buffer.alloc(0);
  /** Whole chunks as they came, framing included. */
  framing = '';
  error: Error | null = null;
  link: UpstreamLink | null = null;
  isComplete = false;
  holdsBytes = false;

  started(link: UpstreamLink): void {
    this.link = link;
  }

  began(): void {
    this.expectOpen();
  }

  informed(status: number): void {
    if (this.status !== null) throw new Error('an interim answer behind the final one');
    this.interim.push(status);
  }

  head(status: number, headers: readonly string[]): void {
    if (this.status !== null) throw new Error('a second head');
    this.status = status;
    this.headers = headers;
  }

  data(content: Buffer): void {
    this.expectOpen();
    if (this.status === null) throw new Error('content before the head');
    this.content = Buffer.concat([this.content, content]);
  }

  framed(block: Buffer, pieces: readonly number[]): void {
    this.framing += block.toString('latin1');
    for (let at = 0; at < pieces.length; at += 2) {
      this.data(block.subarray(pieces[at], pieces[at + 1]));
    }
  }

  last(content: Buffer): void {
    this.data(content);
    this.end([]);
  }

  end(trailers: readonly string[]): void {
    this.expectOpen();
    this.trailers = trailers;
    this.isComplete = true;
  }

  flush(): void {}

  failed(error: Error): void {
    this.expectOpen();
    this.error = error;
  }

  private expectOpen(): void {
    if (this.isComplete || this.error) throw new Error('more of an answer that has ended');
  }
}
