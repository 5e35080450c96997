import { ClientRequest, IncomingMessage } from 'node:http';
import { ProxyOptions } from './proxy-options.js';

/** What the one proxy tells a call about itself, and asks it for. */
export interface PassthroughCall {
  /** Where this request goes and how; asked once, before anything is sent. */
  readonly options: ProxyOptions;
  /** The request to the upstream exists; its connection may not yet. */
  onOutgoing(outgoing: ClientRequest): void;
  /** The upstream has answered; not called for an accepted upgrade. */
  onAnswer(answer: IncomingMessage): void;
  /** Something failed; may be told more than once. */
  onError(error: unknown): void;
}
