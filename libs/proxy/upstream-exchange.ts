import { ServerResponse } from 'node:http';
import { Dispatcher } from 'undici';
import { DroverError } from '#lib/foundation';
import { BegunStream } from './begun-stream.interface.js';
import { ForwardRequest } from './forward-request.interface.js';
import { ForwardOutcome } from './response-observer.interface.js';
import { ReceivedHeaders, responseHeaders, trailerPairs } from './response-headers.js';
import { brokenStreamEvent } from './stream-error.js';
import { ConnectionAware, UpstreamClient } from './upstream-client.js';
import { declinedAnswer, isConnectionLoss, upstreamFailure } from './upstream-failure.js';
import { writeHead } from './write-head.js';

type Controller = Dispatcher.DispatchController;

/** What is read of an answer, usually an error, that cannot go on in a stream. */
const MOST_MISFIT_BYTES = 1024 * 1024;

/** A prepared request and the connections that it may use. */
export interface UpstreamCall {
  readonly pool: Dispatcher;
  readonly options: Dispatcher.DispatchOptions;
}

/** What an exchange reports: an outcome once the client's side has ended, or a failure before that. */
export interface ExchangeResult {
  resolve(outcome: ForwardOutcome): void;
  reject(failure: DroverError): void;
}

/**
 * Carries one answer from an upstream to the client. The upstream is paused while the client does
 * not read, and given up as soon as the client has left.
 */
export class UpstreamExchange implements ConnectionAware {
  connection: UpstreamClient | null = null;
  private controller: Controller | null = null;
  private status: number | null = null;
  private bodyBytes = 0;
  private isEventStream = false;
  private began = false;
  private retried = false;
  private ended = false;
  private settled = false;
  private waitsForDrain = false;
  private lastChunk: Buffer | null = null;
  /** Pieces of an answer that does not fit into the stream that has begun. */
  private misfit: Buffer[] | null = null;
  private readonly response: ServerResponse;

  constructor(
    private readonly forward: ForwardRequest,
    private readonly upstream: UpstreamCall,
    private readonly result: ExchangeResult,
  ) {
    this.response = forward.response;
    this.response.once('close', this.onClientClose);
    forward.signal?.addEventListener('abort', this.onAbort, { once: true });
    forward.onCancellable?.(this.onCancel);
  }

  /** Sends the request, unless the client has left while it waited. */
  start(): void {
    if (this.response.closed || this.response.destroyed) {
      this.onClientClose();
      return;
    }
    this.upstream.pool.dispatch(this.upstream.options, this);
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.settled) controller.abort(new DroverError('CANCELLED', 'the client has left'));
  }

  onResponseStarted(): void {
    this.began = true;
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) {
      this.passInformation(status, headers);
      return;
    }
    if (this.forward.declines?.(status)) {
      this.fail(declinedAnswer(this.forward.target, status));
      controller.abort(new DroverError('CANCELLED', 'somebody else is asked'));
      return;
    }
    const received = (controller.rawHeaders ?? headers) as ReceivedHeaders;
    const forwarded = responseHeaders(received);
    this.status = status;
    this.isEventStream = forwarded.isEventStream;
    if (this.forward.begun) this.join(this.forward.begun, status, forwarded.headers);
    else {
      writeHead(this.response, status, forwarded);
      // Headers travel with the first bytes of the body when these are already here.
      process.nextTick(flushUnsent, this.response);
    }
    this.forward.observer?.onStart?.(status, forwarded.headers);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.settled) return;
    this.bodyBytes += chunk.length;
    if (this.isEventStream) this.lastChunk = chunk;
    if (this.misfit) this.keepMisfit(chunk);
    else if (!this.response.write(chunk)) this.pause(controller);
    this.forward.observer?.onChunk?.(chunk);
  }

  onResponseEnd(controller: Controller): void {
    this.ended = true;
    if (this.connection) this.connection.answers += 1;
    if (this.settled) return;
    if (this.forward.begun) {
      this.endBegun(this.forward.begun);
      return;
    }
    const trailers = (controller.rawTrailers ?? []) as ReceivedHeaders;
    const pairs = trailerPairs(trailers);
    if (pairs.length > 0) this.response.addTrailers(pairs);
    this.response.end();
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    if (this.settled || this.ended) return;
    if (this.status !== null) this.breakOff();
    else if (this.canRetry(error)) this.retry();
    else this.fail(upstreamFailure(this.forward.target, error));
  }

  private readonly onClientClose = (): void => {
    if (this.settled) return;
    const completed = this.ended && this.response.writableFinished;
    this.settle();
    if (!completed) this.controller?.abort(new DroverError('CANCELLED', 'the client has left'));
    this.report(completed ? 'completed' : 'clientGone');
  };

  private readonly onAbort = (): void => this.onCancel();

  private readonly onCancel = (given?: DroverError): void => {
    if (this.settled || this.ended) return;
    const reason = given ?? new DroverError('CANCELLED', 'the request was cancelled');
    if (this.status !== null) {
      this.controller?.abort(reason);
      this.breakOff(given);
      return;
    }
    this.fail(reason);
    this.controller?.abort(reason);
  };

  private join(begun: BegunStream, status: number, headers: readonly string[]): void {
    this.isEventStream = true;
    if (!begun.accepts(status, headers)) this.misfit = [];
  }

  private keepMisfit(chunk: Buffer): void {
    if (this.bodyBytes <= MOST_MISFIT_BYTES) this.misfit!.push(Buffer.from(chunk));
  }

  private endBegun(begun: BegunStream): void {
    const { misfit } = this;
    this.response.end(misfit ? begun.replacement(this.status!, Buffer.concat(misfit)) : undefined);
  }

  /** Passes a 103 on (RFC 8297); other interim answers carry nothing for a client. */
  private passInformation(
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    const { link } = headers;
    if (status !== 103 || link === undefined || this.settled || this.forward.begun) return;
    this.response.writeEarlyHints({ ...headers, link });
  }

  private pause(controller: Controller): void {
    if (this.waitsForDrain) return;
    this.waitsForDrain = true;
    controller.pause();
    this.response.once('drain', () => {
      this.waitsForDrain = false;
      controller.resume();
    });
  }

  /** One repetition is safe when a reused connection was closed before any byte of an answer. */
  private canRetry(error: unknown): boolean {
    const reused = this.connection !== null && this.connection.answers > 0;
    return !this.retried && !this.began && reused && isConnectionLoss(error);
  }

  private retry(): void {
    this.retried = true;
    this.controller = null;
    this.upstream.pool.dispatch(this.upstream.options, this);
  }

  /** Makes the end of a cut answer recognisable: an error event where there are events, then a cut. */
  private breakOff(why?: DroverError): void {
    this.settle();
    this.report('upstreamBroken');
    if (!this.isEventStream || this.response.destroyed) {
      this.response.destroy();
      return;
    }
    const event = brokenStreamEvent(this.lastChunk?.toString('latin1', -4) ?? '', why);
    this.response.write(event, () => this.response.destroy());
  }

  private fail(failure: DroverError): void {
    this.settle();
    this.forward.observer?.onEnd?.({ result: 'upstreamBroken', status: null, bodyBytes: 0 });
    this.result.reject(failure);
  }

  private settle(): void {
    this.settled = true;
    this.response.off('close', this.onClientClose);
    this.forward.signal?.removeEventListener('abort', this.onAbort);
  }

  private report(result: ForwardOutcome['result']): void {
    const outcome = { result, status: this.status, bodyBytes: this.bodyBytes };
    this.forward.observer?.onEnd?.(outcome);
    this.result.resolve(outcome);
  }
}

function flushUnsent(response: ServerResponse): void {
  if (response.headersSent && !response.writableEnded && !response.destroyed)
    response.flushHeaders();
}
