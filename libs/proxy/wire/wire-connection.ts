import { connect, Socket } from 'node:net';
import { CancelTimer, Clock } from '#lib/foundation';
import { AnswerReceiver, UpstreamLink, UpstreamRequest } from '../upstream-link.interface.js';
import { ReadBlock } from '../read-block.js';
import { AnswerReader } from './answer-reader.js';
import { requestText } from './request-text.js';
import { WireOptions } from './wire-options.interface.js';
import { badResponse, WireError } from './wire.error.js';

/** A request no longer than this is sent as one text, which costs least. */
const SHORT_REQUEST_BYTES = 8 * 1024;

/** What a connection tells those who keep it. */
export interface WireOwner {
  readonly clock: Clock;
  /** The connection can take another request, for as long as the server said (milliseconds). */
  released(connection: WireConnection, idleMs: number | null): void;
  /** The connection broke under a request before its answer was complete. */
  broken(connection: WireConnection): void;
  /** The connection is of no more use. */
  gone(connection: WireConnection): void;
}

/**
 * One connection to an upstream that speaks HTTP/1.1 without encryption; one request at a time. It
 * reads into memory of its own, which it uses again as soon as nobody holds what was read.
 */
export class WireConnection implements UpstreamLink {
  answers = 0;
  /** When it is too old to be used again, monotonic milliseconds; written by its owner. */
  idleUntilMs = Infinity;
  private readonly socket: Socket;
  private readonly reader = new AnswerReader();
  private receiver: AnswerReceiver | null = null;
  private isPaused = false;
  private isOver = false;
  private cancelTimer: CancelTimer | null = null;
  private readonly block = new ReadBlock();

  constructor(
    private readonly options: WireOptions,
    private readonly owner: WireOwner,
  ) {
    const { host, port, keepAliveMs, connectMs } = options;
    this.socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: keepAliveMs !== null,
      keepAliveInitialDelay: keepAliveMs ?? 0,
      onread: {
        buffer: () => this.block.memory,
        callback: (size, block) => this.onRead(size, block as Buffer),
      },
    });
    this.socket.on('end', () => this.onEnd());
    this.socket.on('error', (error) => this.lose(error));
    this.socket.on('close', () => this.lose(closed()));
    if (connectMs !== null) this.limitConnecting(connectMs);
  }

  get isOpen(): boolean {
    return !this.socket.connecting;
  }

  /** Whether it can take a request. */
  get isUsable(): boolean {
    return !this.isOver && this.receiver === null;
  }

  /**
   * Sends a request; its answer goes to `receiver`.
   *
   * @throws WireError WIRE_BAD_REQUEST, with the connection unchanged
   */
  send(request: UpstreamRequest, receiver: AnswerReceiver): void {
    const text = requestText(request, this.options.authority);
    this.receiver = receiver;
    this.reader.begin(request.method, receiver);
    receiver.started(this);
    if (this.isOver) return;
    this.write(text, request.body);
    this.limitWaiting();
  }

  pause(): void {
    this.isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.socket.resume();
  }

  abort(): void {
    this.receiver = null;
    this.destroy();
  }

  /** Closes the connection; who waits for an answer is told. */
  lose(error: Error): void {
    const { receiver } = this;
    this.receiver = null;
    this.destroy();
    if (!receiver) return;
    this.owner.broken(this);
    receiver.failed(error);
  }

  private write(text: string, body: Buffer | null): void {
    const { socket } = this;
    if (!body || body.length === 0) socket.write(text, 'latin1');
    else if (body.length <= SHORT_REQUEST_BYTES) {
      socket.write(text + body.toString('latin1'), 'latin1');
    } else {
      socket.cork();
      socket.write(text, 'latin1');
      socket.write(body);
      socket.uncork();
    }
  }

  private onRead(size: number, block: Buffer): boolean {
    const { receiver } = this;
    if (!receiver) {
      this.lose(badResponse('more than one answer'));
      return true;
    }
    try {
      const isComplete = this.reader.read(block, size);
      if (this.reader.hasHead) this.stopTimer();
      if (isComplete) this.finish();
    } catch (error) {
      this.lose(error as Error);
    }
    receiver.flush();
    this.turnBlock(size, receiver);
    return true;
  }

  /** A connection that is paused, or whose answer is whole, has no need of more than little. */
  private turnBlock(size: number, { holdsBytes: isHeld }: AnswerReceiver): void {
    this.block.turn(size, { isHeld, isBehind: this.isPaused || this.receiver === null });
  }

  private finish(): void {
    if (this.isOver) return;
    this.receiver = null;
    this.answers += 1;
    this.resume();
    const { keepsAlive, idleSeconds } = this.reader;
    const isReusable = keepsAlive && this.socket.writableLength === 0;
    if (!isReusable) {
      this.destroy();
      return;
    }
    this.owner.released(this, idleSeconds === null ? null : idleSeconds * 1000);
  }

  private onEnd(): void {
    if (this.receiver && this.reader.end()) this.abort();
    else this.lose(closed());
  }

  private destroy(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.reader.drop();
    this.stopTimer();
    this.socket.destroy();
    this.owner.gone(this);
  }

  private limitConnecting(connectMs: number): void {
    const cancel = this.owner.clock.after(connectMs, () =>
      this.lose(new WireError('WIRE_CONNECT_TIMEOUT', `no connection after ${connectMs} ms`)),
    );
    this.socket.once('connect', cancel).once('close', cancel);
  }

  /** Limits the time from now, or from the opening of the connection, to the head of the answer. */
  private limitWaiting(): void {
    if (this.options.headersMs === null) return;
    if (this.socket.connecting) this.socket.once('connect', () => this.startWaiting());
    else this.startWaiting();
  }

  private startWaiting(): void {
    const { headersMs } = this.options;
    if (headersMs === null || !this.receiver) return;
    this.cancelTimer = this.owner.clock.after(headersMs, () =>
      this.lose(new WireError('WIRE_HEADERS_TIMEOUT', `no answer after ${headersMs} ms`)),
    );
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}

function closed(): WireError {
  return new WireError('WIRE_CLOSED', 'the connection was closed');
}
