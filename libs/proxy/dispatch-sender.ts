import { Dispatcher } from 'undici';
import { DispatchedAnswer } from './dispatched-answer.js';
import { AnswerReceiver, UpstreamRequest, UpstreamSender } from './upstream-link.interface.js';

/** Sends requests by undici, which knows TLS and HTTP/2. */
export class DispatchSender implements UpstreamSender {
  /** Connections would be opened anew whenever clients send another Host. */
  private readonly servername: string | undefined;

  constructor(
    url: URL,
    private readonly pool: Dispatcher,
  ) {
    this.servername = url.protocol === 'https:' ? url.hostname : undefined;
  }

  send(request: UpstreamRequest, receiver: AnswerReceiver): void {
    const answer = new DispatchedAnswer(receiver);
    receiver.started(answer);
    const { method, path, body } = request;
    const { servername } = this;
    const headers = request.headers as string[];
    try {
      this.pool.dispatch(Object.assign({ method, path, headers, body }, { servername }), answer);
    } catch (error) {
      receiver.failed(error as Error);
    }
  }

  close(): void {
    // A pool that is being closed reports failures to the requests on it, not here.
    this.pool.close().catch(() => undefined);
  }

  destroy(): Promise<void> {
    return this.pool.destroy();
  }
}
