import type { Dispatcher } from 'undici';
import { AnswerReceiver, UpstreamLink } from './upstream-link.interface.js';
// Undici is loaded by those who send.
import type { ConnectionAware, UpstreamClient } from './upstream-client.js';

type Controller = Dispatcher.DispatchController;
type HeadersByName = Readonly<Record<string, string | string[] | undefined>>;

/** Hands the answer to a request of undici's to its receiver. */
export class DispatchedAnswer implements Dispatcher.DispatchHandler, ConnectionAware, UpstreamLink {
  connection: UpstreamClient | null = null;
  private controller: Controller | null = null;
  private isAborted = false;

  constructor(private readonly receiver: AnswerReceiver) {}

  get answers(): number {
    return this.connection?.answers ?? 0;
  }

  /** Whether nobody waits for the answer any more. */
  get isGivenUp(): boolean {
    return this.isAborted;
  }

  get isOpen(): boolean {
    return this.controller !== null;
  }

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  abort(): void {
    this.isAborted = true;
    this.controller?.abort(new Error('the request was given up'));
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.isAborted) this.abort();
  }

  onResponseStarted(): void {
    this.receiver.began();
  }

  onResponseStart(controller: Controller, status: number, received: HeadersByName): void {
    const headers = headerPairs(controller.rawHeaders ?? received);
    if (status < 200) {
      this.receiver.informed(status, headers);
      return;
    }
    this.receiver.head(status, headers);
    // Headers travel with the first bytes of the body when these are already here.
    process.nextTick(flush, this.receiver);
  }

  onResponseData(_controller: Controller, content: Buffer): void {
    this.receiver.data(content);
  }

  onResponseEnd(controller: Controller): void {
    if (this.connection) this.connection.answers += 1;
    this.receiver.end(headerPairs(controller.rawTrailers ?? []));
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    if (!this.isAborted) this.receiver.failed(error);
  }
}

function flush(receiver: AnswerReceiver): void {
  receiver.flush();
}

/** Headers as undici hands them out, as names and values alternating; pseudo-headers are left out. */
export function headerPairs(
  received: NonNullable<Controller['rawHeaders']> | HeadersByName,
): string[] {
  if (!Array.isArray(received)) return pairsOfObject(received);
  return (received as readonly (Buffer | string)[]).map((item) =>
    typeof item === 'string' ? item : item.toString('latin1'),
  );
}

function pairsOfObject(received: HeadersByName): string[] {
  return Object.entries(received).flatMap(([name, value]) =>
    name.startsWith(':') || value === undefined
      ? []
      : [value].flat().flatMap((item) => [name, item]),
  );
}
