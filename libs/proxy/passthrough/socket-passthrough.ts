import { ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Clock, DroverError } from '#lib/foundation';
import { upstreamFailure } from '../upstream-failure.js';
import { ConnectingLimit } from './connecting.limit.js';
import { connectionOptions } from './connection-options.js';
import { BlockTaker, connectionReading } from './connection-reading.js';
import { PassthroughCall } from './passthrough-call.interface.js';
import { PassthroughUpgrade } from './passthrough-request.interface.js';
import { proxyAddress, ProxyOptions } from './proxy-options.js';

/** What the owner of a connection is told about its upgrade. */
export interface UpgradeResult {
  /** The upstream has answered; 101 when the connection is its from now on. */
  onStatus(status: number): void;
  /** Nothing was written to the connection, which is ended when this returns. */
  onFailure(failure: DroverError): void;
}

/** How long one side may still speak when the other has finished, milliseconds. */
const LAST_WORDS_MS = 2000;

/** One websocket passing through, until both of its ends have closed. */
export class SocketPassthrough implements PassthroughCall, BlockTaker {
  readonly options: ProxyOptions;
  private readonly connecting: ConnectingLimit;
  private readonly isTls: boolean;
  private outgoing: ClientRequest | null = null;
  private settled = false;
  private isOpen = false;
  /** Whether the client has not taken all that was read last. */
  private isBehind = false;
  /** Whether something that was read has not even been written. */
  private isKept = false;

  constructor(
    private readonly call: PassthroughUpgrade,
    private readonly clock: Clock,
    private readonly result: UpgradeResult,
  ) {
    const { responseHeader } = call.target.timeouts;
    this.isTls = call.target.url.protocol === 'https:';
    const reading = connectionReading(this, this.isTls);
    const connection = connectionOptions(call.target, process.env, reading);
    const options = { target: proxyAddress(call), ...connection };
    const upgradeTimeout = responseHeader * 1000;
    this.options = responseHeader > 0 ? { ...options, upgradeTimeout } : options;
    this.connecting = new ConnectingLimit(call.target, clock, {
      onTimeout: (error) => this.outgoing?.destroy(error),
    });
    call.signal?.addEventListener('abort', this.onCut, { once: true });
    call.socket.once('close', () => call.signal?.removeEventListener('abort', this.onCut));
  }

  get isWaiting(): boolean {
    return this.isBehind || this.isKept;
  }

  get holdsBytes(): boolean {
    // What has been decrypted already is handed over in spite of a pause.
    return this.isKept || (this.isTls && this.isBehind);
  }

  take(bytes: Buffer, connection: Socket): void {
    const { socket } = this.call;
    const isNext = this.isOpen && connection.readableLength === 0;
    // Pushed, it would make the connection read on, whoever waits.
    if (!isNext) connection.push(bytes);
    else if (socket.writable) socket.write(bytes);
    this.isKept = connection.readableLength > 0;
    if (this.isBehind || socket.writableLength === 0 || !socket.writable) return;
    this.isBehind = true;
    // There is no `drain` of less than the high-water mark.
    socket.write('', () => {
      this.isBehind = false;
      connection.resume();
    });
  }

  onOutgoing(outgoing: ClientRequest): void {
    const { socket } = this.call;
    this.outgoing = outgoing;
    this.connecting.watch(outgoing);
    if (socket.destroyed) outgoing.destroy();
    else socket.once('close', () => outgoing.destroy());
    outgoing.once('upgrade', (_answer: IncomingMessage, upstream: Socket) => {
      this.open(101);
      this.isOpen = true;
      // A websocket has no use for one direction alone, and a cut end says nothing to the other.
      socket.once('close', () => upstream.destroySoon());
      upstream.once('close', () => socket.destroySoon());
      // Who has gone for good looks like one who has only finished speaking, and nothing else tells.
      for (const side of [socket, upstream]) side.once('end', () => this.endSoon(socket, upstream));
    });
    outgoing.once('response', (answer: IncomingMessage) => {
      this.open(answer.statusCode ?? 502);
      socket.resume();
    });
  }

  onAnswer(): void {
    // Answers other than 101 are written by the proxy itself.
  }

  onError(error: unknown): void {
    if (this.settled) return;
    this.settled = true;
    if (!this.call.socket.writable) return;
    const isKnown = error instanceof DroverError;
    this.result.onFailure(isKnown ? error : upstreamFailure(this.call.target, error));
  }

  /** A handshake can still be answered; between the frames of others there is no safe place for one. */
  private readonly onCut = (): void => {
    const reason: unknown = this.call.signal?.reason;
    if (!this.settled && this.outgoing && reason instanceof DroverError) {
      this.outgoing.destroy(reason);
    } else this.call.socket.destroy();
  };

  private endSoon(socket: Duplex, upstream: Socket): void {
    const cancelEnd = this.clock.after(LAST_WORDS_MS, () => {
      socket.destroy();
      upstream.destroy();
    });
    socket.once('close', cancelEnd);
  }

  private open(status: number): void {
    if (this.settled) return;
    this.settled = true;
    this.result.onStatus(status);
  }
}
