import { ServerResponse } from 'node:http';
import { Clock, DroverError } from '#lib/foundation';
import { AnswerEnding } from './answer-ending.js';
import { BegunStream } from './begun-stream.interface.js';
import { ClientSide } from './client-side.js';
import { passEarlyHints } from './early-hints.js';
import { CarriedRequest } from './forward-request.interface.js';
import { ForwardOutcome } from './response-observer.interface.js';
import { responseHeaders, trailerPairs } from './response-headers.js';
import {
  declinedAnswer,
  isConnectionLoss,
  isUnreachable,
  upstreamFailure,
} from './upstream-failure.js';
import {
  AnswerReceiver,
  UpstreamLink,
  UpstreamRequest,
  UpstreamSender,
} from './upstream-link.interface.js';
import { writeHead } from './write-head.js';

/** What is read of an answer, usually an error, that cannot go on in a stream. */
const MOST_MISFIT_BYTES = 1024 * 1024;

/**
 * Milliseconds within which a connection that is lost under a request was being closed already when
 * that was written: what the farthest peer's network takes. Later it may have been acted upon.
 */
const CLOSING_RACE_MS = 500;

/** Methods that may be repeated whatever has become of them (RFC 9110, 9.2.2). */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The last part of an answer no longer than this is sent as one text together with the head. */
const SHORT_ANSWER_BYTES = 8 * 1024;

/** A prepared request and who sends it. */
export interface UpstreamCall {
  readonly sender: Pick<UpstreamSender, 'send'>;
  readonly request: UpstreamRequest;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** What an exchange reports: an outcome once the client's side has ended, or a failure before that. */
export interface ExchangeResult {
  resolve(outcome: ForwardOutcome): void;
  reject(failure: DroverError): void;
}

/**
 * Carries one answer from an upstream to the client. The upstream is paused while anything waits
 * for the client to read it, and given up as soon as the client has left.
 */
export class UpstreamExchange implements AnswerReceiver {
  /** Left alone once the answer has ended: by then it may carry somebody else's. */
  private link: UpstreamLink | null = null;
  private readonly onAbort: (() => void) | null = null;
  private status: number | null = null;
  private bodyBytes = 0;
  private hasBegun = false;
  private startedAtMs = 0;
  /** What the first connection was lost with, which a server may have read the request from. */
  private lost: Error | null = null;
  private ended = false;
  private settled = false;
  /** Whether the head is on the client's connection, so that content can be written to that. */
  private isFlushed = false;
  private readonly ending: AnswerEnding;
  /** Pieces of an answer that does not fit into the stream that has begun. */
  private misfit: Buffer[] | null = null;
  private readonly response: ServerResponse;
  private readonly client: ClientSide;

  constructor(
    private readonly forward: CarriedRequest,
    private readonly upstream: UpstreamCall,
    private readonly result: ExchangeResult,
  ) {
    const { response } = forward;
    this.response = response;
    this.ending = new AnswerEnding(response);
    this.client = new ClientSide(response);
    response.on('close', this.onClientClose);
    const { signal } = forward;
    if (signal) {
      this.onAbort = () => this.onCancel(signal.reason);
      signal.addEventListener('abort', this.onAbort, { once: true });
    }
    forward.onCancellable?.(this.onCancel);
  }

  /** Sends the request, unless the client has left while it waited. */
  start(): void {
    if (this.response.closed || this.response.destroyed) this.onClientClose();
    else this.send();
  }

  get holdsBytes(): boolean {
    // Nothing more is read before the client has taken everything, unless the answer is complete.
    const { socket, isWaiting, holdsBytes } = this.client;
    return holdsBytes && (socket === null || this.ended || !isWaiting);
  }

  started(link: UpstreamLink): void {
    this.link = link;
    this.startedAtMs = this.upstream.clock.nowMs();
    if (this.settled) link.abort();
  }

  began(): void {
    this.hasBegun = true;
  }

  informed(status: number, headers: readonly string[]): void {
    if (!this.settled && !this.forward.begun) passEarlyHints(this.response, status, headers);
  }

  head(status: number, headers: readonly string[]): void {
    if (this.settled) return;
    if (this.forward.declines?.(status)) {
      this.fail(declinedAnswer(this.forward.target, status));
      this.link?.abort();
      return;
    }
    const forwarded = responseHeaders(headers);
    this.status = status;
    this.ending.takesEvent = forwarded.takesEvent || this.forward.begun !== undefined;
    if (this.forward.begun) this.join(this.forward.begun, status, forwarded.headers);
    else writeHead(this.response, status, forwarded);
    this.forward.observer?.onStart?.(status, forwarded.headers);
  }

  data(content: Buffer): void {
    if (this.settled) return;
    this.count(content);
    if (this.misfit) this.keepMisfit(content);
    else if (!this.client.write(content)) this.pause();
    this.forward.observer?.onChunk?.(content);
  }

  framed(block: Buffer, pieces: readonly number[]): void {
    if (this.settled) return;
    const { response, forward } = this;
    const isPassed = !this.misfit && this.client.socket !== null && response.chunkedEncoding;
    if (isPassed && !this.pass(block)) this.pause();
    for (let at = 0; at < pieces.length; at += 2) {
      const content = block.subarray(pieces[at], pieces[at + 1]);
      if (!isPassed) this.data(content);
      else {
        this.count(content);
        forward.observer?.onChunk?.(content);
      }
    }
  }

  last(content: Buffer): void {
    if (this.settled) return;
    if (this.misfit || this.client.socket === null || content.length > SHORT_ANSWER_BYTES) {
      this.data(content);
      this.end([]);
      return;
    }
    this.count(content);
    this.ended = true;
    this.response.end(content.toString('latin1'), 'latin1');
    this.forward.observer?.onChunk?.(content);
  }

  end(trailers: readonly string[]): void {
    this.ended = true;
    if (this.settled) return;
    if (this.forward.begun) {
      this.endBegun(this.forward.begun);
      return;
    }
    if (trailers.length > 0) this.response.addTrailers(trailerPairs(trailers));
    this.response.end();
  }

  flush(): void {
    const { response } = this;
    if (this.isFlushed || !response.headersSent) return;
    if (response.writableEnded || response.destroyed) return;
    response.flushHeaders();
    this.isFlushed = this.client.socket !== null;
  }

  failed(error: Error): void {
    if (this.settled || this.ended) return;
    if (this.status !== null) this.breakOff();
    else if (this.canRetry(error)) this.retry(error);
    else {
      const first = this.lost && isUnreachable(error) ? this.lost : error;
      this.fail(upstreamFailure(this.forward.target, first));
    }
  }

  private readonly onClientClose = (): void => {
    if (this.settled) return;
    const completed = this.ended && this.response.writableFinished;
    this.settle();
    if (!this.ended) this.link?.abort();
    this.report(completed ? 'completed' : 'clientGone');
  };

  private readonly onCancel = (given?: unknown): void => {
    if (this.settled || this.ended) return;
    this.link?.abort();
    const isKnown = given instanceof DroverError;
    const why = isKnown ? given : new DroverError('CANCELLED', 'the request was cancelled');
    if (this.status !== null) this.breakOff(why);
    else this.fail(why);
  };

  private send(): void {
    this.upstream.sender.send(this.upstream.request, this);
  }

  private join(begun: BegunStream, status: number, headers: readonly string[]): void {
    if (!begun.accepts(status, headers)) this.misfit = [];
  }

  private count(content: Buffer): void {
    this.bodyBytes += content.length;
    this.ending.add(content);
  }

  /** Writes chunks with the upstream's own frames: both sides speak the chunked coding. */
  private pass(chunks: Buffer): boolean {
    const { socket } = this.client;
    if (this.isFlushed) return socket!.write(chunks) && socket!.writableLength === 0;
    this.response.chunkedEncoding = false;
    const isTaken = this.client.write(chunks);
    this.response.chunkedEncoding = true;
    return isTaken;
  }

  private keepMisfit(content: Buffer): void {
    if (this.bodyBytes <= MOST_MISFIT_BYTES) this.misfit!.push(Buffer.from(content));
  }

  private endBegun(begun: BegunStream): void {
    const { misfit } = this;
    this.response.end(misfit ? begun.replacement(this.status!, Buffer.concat(misfit)) : undefined);
  }

  private pause(): void {
    if (this.client.isWaiting) return;
    this.link?.pause();
    this.client.whenTaken(() => {
      if (!this.ended && !this.settled) this.link?.resume();
    });
  }

  /**
   * One repetition is safe when a reused connection was closed before any byte of an answer, and so
   * soon that the server has not worked on the request: nothing may be done twice.
   */
  private canRetry(error: unknown): boolean {
    const reused = this.link !== null && this.link.answers > 0;
    if (this.lost || this.hasBegun || !reused || !isConnectionLoss(error)) return false;
    const { clock, request } = this.upstream;
    return REPEATABLE.has(request.method) || clock.nowMs() - this.startedAtMs <= CLOSING_RACE_MS;
  }

  private retry(error: Error): void {
    this.lost = error;
    this.link = null;
    this.send();
  }

  private breakOff(why?: DroverError): void {
    this.settle();
    this.report('upstreamBroken');
    this.ending.breakOff(why);
  }

  private fail(failure: DroverError): void {
    this.settle();
    const { observer, repeats } = this.forward;
    if (!repeats?.(failure)) {
      observer?.onEnd?.({ result: 'upstreamBroken', status: null, bodyBytes: 0 });
    }
    this.result.reject(failure);
  }

  private settle(): void {
    this.settled = true;
    this.response.off('close', this.onClientClose);
    if (this.onAbort) this.forward.signal?.removeEventListener('abort', this.onAbort);
  }

  private report(result: ForwardOutcome['result']): void {
    const outcome = { result, status: this.status, bodyBytes: this.bodyBytes };
    this.forward.observer?.onEnd?.(outcome);
    this.result.resolve(outcome);
  }
}
