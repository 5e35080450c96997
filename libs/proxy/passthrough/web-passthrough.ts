import { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { CancelTimer, Clock, DroverError } from '#lib/foundation';
import { AnswerEnding } from '../answer-ending.js';
import { ClientSide } from '../client-side.js';
import { ForwardOutcome } from '../response-observer.interface.js';
import { responseHeaders, trailerPairs } from '../response-headers.js';
import { ExchangeResult } from '../upstream-exchange.js';
import { passEarlyHints } from '../early-hints.js';
import { declinedAnswer, upstreamFailure } from '../upstream-failure.js';
import { writeHead } from '../write-head.js';
import { ConnectingLimit } from './connecting.limit.js';
import { connectionOptions } from './connection-options.js';
import { BlockTaker, connectionReading } from './connection-reading.js';
import { PassthroughCall } from './passthrough-call.interface.js';
import { PassthroughRequest } from './passthrough-request.interface.js';
import { proxyAddress, ProxyOptions } from './proxy-options.js';

const NO_HTTP = { code: 'HPE_INVALID_STATUS' };
const HEADERS_TIMEOUT = { code: 'UND_ERR_HEADERS_TIMEOUT' };

/** One request passing through, from the moment it is handed over to the end of its answer. */
export class WebPassthrough implements PassthroughCall, BlockTaker {
  readonly options: ProxyOptions;
  private readonly response: ServerResponse;
  private outgoing: ClientRequest | null = null;
  private answer: IncomingMessage | null = null;
  private readonly connecting: ConnectingLimit;
  private cancelTimer: CancelTimer | null = null;
  private status: number | null = null;
  private bodyBytes = 0;
  private readonly ending: AnswerEnding;
  private readonly client: ClientSide;
  /** Whether a block is being taken. */
  private isTaking = false;
  /** Whether the client has not taken all that was written last. */
  private isBehind = false;
  private settled = false;

  constructor(
    private readonly call: PassthroughRequest,
    private readonly clock: Clock,
    private readonly result: ExchangeResult,
  ) {
    const { body, response, signal } = call;
    const reading = connectionReading(this);
    const connection = connectionOptions(call.target, process.env, reading);
    const options = { target: proxyAddress(call), ...connection };
    const buffer = body === undefined ? this.continued() : streamOf(body);
    this.options = buffer ? { ...options, buffer } : options;
    this.connecting = new ConnectingLimit(call.target, clock, {
      onTimeout: (error) => this.onError(error),
      onConnected: () => this.awaitHead(),
    });
    this.response = response;
    this.ending = new AnswerEnding(response);
    this.client = new ClientSide(response);
    response.once('close', this.onClientClose);
    signal?.addEventListener('abort', this.onCancel, { once: true });
  }

  /** Whether nothing more is read before the client has taken everything. */
  get isWaiting(): boolean {
    return this.client.isWaiting;
  }

  get holdsBytes(): boolean {
    if (this.answer === null || this.answer.readableLength > 0) return true;
    const { socket, isWaiting, holdsBytes } = this.client;
    return holdsBytes && (socket === null || !isWaiting);
  }

  take(hand: () => void): void {
    this.isTaking = true;
    hand();
    this.isTaking = false;
    if (this.isBehind) this.pause();
  }

  onOutgoing(outgoing: ClientRequest): void {
    this.outgoing = outgoing;
    if (this.settled) {
      outgoing.destroy();
      return;
    }
    if (this.call.body === undefined) this.countBody();
    outgoing.on('information', ({ statusCode, rawHeaders }) => {
      if (!this.settled) passEarlyHints(this.response, statusCode, rawHeaders);
    });
    this.connecting.watch(outgoing);
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
    if (responseHeader <= 0 || this.settled || this.status !== null) return;
    this.cancelTimer = this.clock.after(responseHeader * 1000, () => {
      this.onError(Object.assign(new Error('response header timeout'), HEADERS_TIMEOUT));
    });
  }

  onAnswer(answer: IncomingMessage): void {
    this.cancelTimer?.();
    if (this.settled) {
      answer.destroy();
      return;
    }
    if (this.call.declines?.(answer.statusCode ?? 502)) {
      answer.destroy();
      this.fail(declinedAnswer(this.call.target, answer.statusCode ?? 502));
      return;
    }
    try {
      this.begin(answer);
    } catch (error) {
      // Node's parser lets statuses through that its writer refuses.
      this.status = null;
      answer.destroy();
      this.onError(Object.assign(new Error('invalid answer', { cause: error }), NO_HTTP));
      return;
    }
    this.answer = answer;
    answer.on('data', (chunk: Buffer) => this.pass(chunk));
    answer.once('aborted', () => this.breakOff());
    answer.once('end', () => {
      const trailers = trailerPairs(answer.rawTrailers);
      if (trailers.length > 0) this.response.addTrailers(trailers);
      this.response.end();
    });
  }

  onError(error: unknown): void {
    if (this.settled || this.status !== null) return;
    this.fail(upstreamFailure(this.call.target, error));
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
      this.refuseBody(limitBytes);
    };
    request.on('data', count);
  }

  private refuseBody(limitBytes: number): void {
    if (this.settled) return;
    const message = `the body is larger than ${limitBytes} bytes (limits.bodyBytes)`;
    if (this.status === null) this.fail(new DroverError('BODY_TOO_LARGE', message));
    else this.response.destroy();
  }

  private begin({ statusCode = 502, rawHeaders }: IncomingMessage): void {
    const forwarded = responseHeaders(rawHeaders);
    this.status = statusCode;
    this.ending.takesEvent = forwarded.takesEvent;
    writeHead(this.response, statusCode, forwarded);
    this.response.flushHeaders();
    this.call.observer?.onStart?.(statusCode, forwarded.headers);
  }

  private pass(chunk: Buffer): void {
    if (this.settled) return;
    this.bodyBytes += chunk.length;
    this.ending.add(chunk);
    this.isBehind = !this.client.write(chunk);
    // The rest of a block is not left to Node to keep, so that the block can be used again.
    if (this.isBehind && !this.isTaking) this.pause();
    this.call.observer?.onChunk?.(chunk);
  }

  private pause(): void {
    this.isBehind = false;
    this.answer?.pause();
    this.client.whenTaken(() => this.answer?.resume());
  }

  private breakOff(why?: DroverError): void {
    if (this.settled || this.response.writableEnded) return;
    this.settle();
    this.report('upstreamBroken');
    if (this.ending.takesEvent) this.keepFromCut();
    this.ending.breakOff(why);
    this.outgoing?.destroy();
  }

  /** The proxy cuts the client's connection when an answer ends before it is complete. */
  private keepFromCut(): void {
    if (!this.answer) return;
    this.answer.complete = true;
    this.answer.removeAllListeners('error');
  }

  private readonly onClientClose = (): void => {
    if (this.settled) return;
    this.settle();
    const { writableFinished } = this.response;
    if (!writableFinished) this.outgoing?.destroy();
    this.report(writableFinished ? 'completed' : 'clientGone');
  };

  private readonly onCancel = (): void => {
    if (this.settled) return;
    const reason: unknown = this.call.signal?.reason;
    const isKnown = reason instanceof DroverError;
    const why = isKnown ? reason : new DroverError('CANCELLED', 'the request was cancelled');
    if (this.status === null) this.fail(why);
    else this.breakOff(why);
  };

  private fail(failure: DroverError): void {
    this.settle();
    this.outgoing?.destroy();
    this.call.observer?.onEnd?.({ result: 'upstreamBroken', status: null, bodyBytes: 0 });
    this.result.reject(failure);
  }

  private settle(): void {
    this.settled = true;
    this.connecting.end();
    this.cancelTimer?.();
    this.response.off('close', this.onClientClose);
    this.call.signal?.removeEventListener('abort', this.onCancel);
  }

  private report(result: ForwardOutcome['result']): void {
    const outcome = { result, status: this.status, bodyBytes: this.bodyBytes };
    this.call.observer?.onEnd?.(outcome);
    this.result.resolve(outcome);
  }
}

function streamOf(body: Buffer | null): Readable {
  return Readable.from(body ? [body] : [], { objectMode: false });
}
