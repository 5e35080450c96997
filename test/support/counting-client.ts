import { once } from 'node:events';
import { connect } from 'node:net';

const PATH = '/v1/chat/completions';

/** A client that counts by itself what it sends and what it gets. */
export class CountingClient {
  /** Answers by status. */
  readonly codes: Record<string, number> = {};
  /** Requests that were left before they had an answer. */
  left = 0;
  /** Answers that came as a stream, to the end or not. */
  streams = 0;
  outputTokens = 0;

  constructor(private readonly base: URL) {}

  /** Reads the whole answer. */
  async ask(body: unknown): Promise<void> {
    const answer = await this.post(body);
    const text = await answer.text();
    if (answer.ok) this.outputTokens += Number(/"predicted_n":(\d+)/.exec(text)![1]);
  }

  /** Reads the beginning of a stream and leaves when `isOver` aborts, or at once. */
  async leave(body: unknown, isOver?: AbortSignal): Promise<void> {
    const leaving = new AbortController();
    const answer = await this.post(body, leaving.signal);
    await answer.body!.getReader().read();
    const end = (): void => leaving.abort();
    if (isOver) isOver.addEventListener('abort', end);
    else end();
  }

  /** Sends a whole request, or its first `bytes`, and leaves without having read an answer. */
  async breakOff(body: unknown, bytes = Infinity): Promise<void> {
    const text = JSON.stringify(body);
    const head = `POST ${PATH} HTTP/1.1\r\nHost: ${this.base.host}\r\nContent-Length: ${text.length}`;
    const socket = connect(Number(this.base.port), this.base.hostname);
    await once(socket, 'connect');
    const sent = `${head}\r\n\r\n${text}`.slice(0, bytes);
    // What ends within the head is no request yet.
    if (sent.includes('\r\n\r\n')) this.left += 1;
    socket.end(sent);
    socket.resume();
    await once(socket, 'close');
  }

  private async post(body: unknown, signal?: AbortSignal): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(new URL(PATH, this.base), {
      method: 'POST',
      body: text,
      signal: signal ?? null,
    });
    this.codes[answer.status] = (this.codes[answer.status] ?? 0) + 1;
    if (answer.headers.get('content-type')?.includes('event-stream')) this.streams += 1;
    return answer;
  }
}
