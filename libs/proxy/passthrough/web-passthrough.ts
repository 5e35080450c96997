import { ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { CancelTimer, Clock, DroverError } from '#lib/foundation';
import { AnswerReceiver, UpstreamLink } from '../upstream-link.interface.js';
import { AnswerReader } from '../wire/answer-reader.js';
import { WireError } from '../wire/wire.error.js';
import { ConnectingLimit } from './connecting.limit.js';
import { connectionOptions } from './connection-options.js';
import { BlockTaker, connectionReading } from './connection-reading.js';
import { NodeAnswer } from './node-answer.js';
import { PassthroughCall } from './passthrough-call.interface.js';
import { PassthroughRequest } from './passthrough-request.interface.js';
import { proxyAddress, ProxyOptions } from './proxy-options.js';

/** All that Node's client is told of an answer: that there is one, and nothing left to read of it. */
const ANSWERED = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

/** Who takes the answer, and what becomes of a body that is too long. */
export interface PassthroughEnds {
  readonly receiver: AnswerReceiver;
  refuse(failure: DroverError): void;
}

/**
 * One request passing through. The proxy sends it; its answer is read here, in memory that is used
 * again, because Node's client copies every piece of a body.
 */
export class WebPassthrough implements PassthroughCall, BlockTaker, UpstreamLink {
  readonly options: ProxyOptions;
  /** No connection is used twice. */
  readonly answers = 0;
  private readonly receiver: AnswerReceiver;
  private readonly reader = new AnswerReader();
  private readonly connecting: ConnectingLimit;
  private readonly isTls: boolean;
  private outgoing: ClientRequest | null = null;
  private socket: Socket | null = null;
  /** What Node's client makes of the answer. */
  private answer: IncomingMessage | null = null;
  /** The answer where Node's client has to read it. */
  private nodeAnswer: NodeAnswer | null = null;
  private cancelTimer: CancelTimer | null = null;
  private isPaused = false;
  private isOver = false;

  constructor(
    private readonly call: PassthroughRequest,
    private readonly clock: Clock,
    private readonly ends: PassthroughEnds,
  ) {
    const { body, target, request } = call;
    this.isTls = target.url.protocol === 'https:';
    const reading = connectionReading(this, this.isTls);
    const connection = connectionOptions(target, process.env, reading);
    const options = { target: proxyAddress(call), ...connection };
    const buffer = body === undefined ? this.continued() : streamOf(body);
    this.options = buffer ? { ...options, buffer } : options;
    this.connecting = new ConnectingLimit(target, clock, {
      onTimeout: (error) => this.onError(error),
      onConnected: () => this.awaitHead(),
    });
    this.receiver = ends.receiver;
    this.reader.begin(request.method ?? 'GET', this.receiver);
  }

  get isOpen(): boolean {
    return this.socket !== null && !this.socket.connecting;
  }

  get isWaiting(): boolean {
    return this.isPaused;
  }

  get holdsBytes(): boolean {
    // What has been decrypted already is handed over in spite of a pause.
    return (this.isPaused && this.isTls) || this.receiver.holdsBytes;
  }

  pause(): void {
    this.isPaused = true;
    this.nodeAnswer?.pause();
  }

  resume(): void {
    this.isPaused = false;
    if (this.nodeAnswer) this.nodeAnswer.resume();
    else this.socket?.resume();
  }

  abort(): void {
    this.settle();
    this.outgoing?.destroy();
  }

  onOutgoing(outgoing: ClientRequest): void {
    this.outgoing = outgoing;
    if (this.isOver) {
      outgoing.destroy();
      return;
    }
    this.socket = outgoing.socket;
    this.socket?.once('end', () => this.onEnd());
    this.socket?.once('close', () => this.onEnd());
    if (this.call.body === undefined) this.countBody();
    outgoing.on('information', ({ statusCode, rawHeaders }) => {
      if (!this.isOver) this.receiver.informed(statusCode, rawHeaders);
    });
    this.connecting.watch(outgoing);
  }

  take(bytes: Buffer, connection: Socket): void {
    if (this.isOver) return;
    try {
      const isComplete = this.reader.read(bytes, bytes.length);
      if (this.reader.hasHead) this.tellNode(connection);
      if (isComplete) this.finish();
    } catch (error) {
      this.lose(error);
    }
    this.receiver.flush();
  }

  onAnswer(answer: IncomingMessage): void {
    this.answer = answer;
    if (this.isOver) answer.destroy();
    else if (!this.reader.hasHead) this.readByNode(answer);
  }

  onError(error: unknown): void {
    if (!this.isOver) this.lose(error);
  }

  /** The body with another beginning; null when the client's goes on as it is. */
  private continued(): Readable | null {
    const { begin, request } = this.call;
    if (!begin) return null;
    const body = new PassThrough();
    body.write(begin.bytes);
    return request.pipe(body);
  }

  private awaitHead(): void {
    const { responseHeader } = this.call.target.timeouts;
    if (responseHeader <= 0 || this.isOver || this.reader.hasHead) return;
    this.cancelTimer = this.clock.after(responseHeader * 1000, () => {
      const message = `no answer after ${responseHeader} s`;
      this.lose(new WireError('WIRE_HEADERS_TIMEOUT', message));
    });
  }

  /** Lets the proxy see the answer, so that it does what it has to when there is one. */
  private tellNode(connection: Socket): void {
    if (this.answer || this.isOver) return;
    this.cancelTimer?.();
    // Pushed, it would make the connection read on, whoever waits.
    connection.emit('data', ANSWERED);
  }

  private readByNode(answer: IncomingMessage): void {
    this.cancelTimer?.();
    try {
      this.nodeAnswer = new NodeAnswer(answer, this.receiver);
    } catch (error) {
      this.lose(error);
    }
  }

  private onEnd(): void {
    // Before there is an answer Node's client tells what has happened.
    if (this.isOver || !this.reader.hasHead) return;
    if (this.reader.end()) this.finish();
    else this.lose(new WireError('WIRE_CLOSED', 'the connection was closed'));
  }

  /** Node's client ends the connection, and the proxy what is left of the request. */
  private finish(): void {
    if (this.isOver) return;
    this.settle();
    if (this.answer) this.answer.resume();
    else this.outgoing?.destroy();
  }

  private lose(error: unknown): void {
    this.settle();
    this.receiver.failed(error instanceof Error ? error : new Error(String(error)));
    this.outgoing?.destroy();
  }

  private settle(): void {
    this.isOver = true;
    this.reader.drop();
    this.connecting.end();
    this.cancelTimer?.();
  }

  /** Nobody can know before how long a chunked body becomes. */
  private countBody(): void {
    const { request, limitBytes = Infinity } = this.call;
    if (limitBytes === Infinity || request.headers['transfer-encoding'] === undefined) return;
    let bytes = this.call.begin?.insteadOfBytes ?? 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= limitBytes) return;
      request.off('data', count);
      const message = `the body is larger than ${limitBytes} bytes (limits.bodyBytes)`;
      this.ends.refuse(new DroverError('BODY_TOO_LARGE', message));
    };
    request.on('data', count);
  }
}

function streamOf(body: Buffer | null): Readable {
  return Readable.from(body ? [body] : [], { objectMode: false });
}
