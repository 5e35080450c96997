import { IncomingMessage } from 'node:http';
import { AnswerReceiver } from '../upstream-link.interface.js';
import { WireError } from '../wire/wire.error.js';

/** Hands on an answer that Node's client reads itself, as it does in a tunnel through a proxy. */
export class NodeAnswer {
  constructor(
    private readonly answer: IncomingMessage,
    private readonly receiver: AnswerReceiver,
  ) {
    answer.on('data', (content: Buffer) => receiver.data(content));
    answer.once('end', () => receiver.end(answer.rawTrailers));
    answer.once('aborted', () => this.breakOff());
    receiver.head(answer.statusCode ?? 502, answer.rawHeaders);
    receiver.flush();
  }

  pause(): void {
    this.answer.pause();
  }

  resume(): void {
    this.answer.resume();
  }

  /** The proxy cuts the client's connection when it sees that an answer is not complete. */
  private breakOff(): void {
    this.answer.complete = true;
    this.answer.removeAllListeners('error');
    this.receiver.failed(new WireError('WIRE_CLOSED', 'the connection was closed'));
  }
}
