import type { Dispatcher } from 'undici';
import { DispatchedAnswer } from './dispatched-answer.js';
import { AnswerReceiver, UpstreamRequest, UpstreamSender } from './upstream-link.interface.js';

/**
 * Sends requests by undici, which knows TLS and HTTP/2. Requests that come while it is being loaded wait for
 * that, in their order.
 */
export class DispatchSender implements UpstreamSender {
  /** Connections would be opened anew whenever clients send another Host. */
  private readonly servername: string | undefined;
  private pool: Dispatcher | null = null;

  constructor(
    url: URL,
    private readonly opening: Promise<Dispatcher>,
  ) {
    this.servername = url.protocol === 'https:' ? url.hostname : undefined;
    opening.then(
      (pool) => (this.pool = pool),
      () => undefined,
    );
  }

  send(request: UpstreamRequest, receiver: AnswerReceiver): void {
    const answer = new DispatchedAnswer(receiver);
    receiver.started(answer);
    if (this.pool) {
      this.dispatch(this.pool, request, answer);
      return;
    }
    void this.sendLater(request, answer);
  }

  close(): void {
    // A pool that is being closed reports failures to the requests on it, not here.
    this.opening.then((pool) => pool.close()).catch(() => undefined);
  }

  async destroy(): Promise<void> {
    const pool = await this.opening.catch(() => null);
    await pool?.destroy();
  }

  private async sendLater(request: UpstreamRequest, answer: DispatchedAnswer): Promise<void> {
    try {
      const pool = await this.opening;
      if (!answer.isGivenUp) this.dispatch(pool, request, answer);
    } catch (error) {
      answer.onResponseError(null, error as Error);
    }
  }

  private dispatch(pool: Dispatcher, request: UpstreamRequest, answer: DispatchedAnswer): void {
    const { method, path, body } = request;
    const { servername } = this;
    const headers = request.headers as string[];
    try {
      pool.dispatch(Object.assign({ method, path, headers, body }, { servername }), answer);
    } catch (error) {
      answer.onResponseError(null, error as Error);
    }
  }
}
