import { ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import { CancelTimer, Clock } from '#lib/foundation';
import { UpstreamTarget } from '../upstream-target.interface.js';

/** What an outgoing request waits for, in this order. */
export interface ConnectingSteps {
  /** There was no connection in time. */
  onTimeout(error: Error): void;
  /** There is a connection; not called when there never is one. */
  onConnected?(): void;
}

/** Bounds the time that a connection to an upstream may take to come about, handshake included. */
export class ConnectingLimit {
  private cancelTimer: CancelTimer | null = null;

  constructor(
    private readonly target: UpstreamTarget,
    private readonly clock: Clock,
    private readonly steps: ConnectingSteps,
  ) {}

  /** Watches a request, whose connection may not even have been begun. */
  watch(outgoing: ClientRequest): void {
    const { connect, tlsHandshake } = this.target.timeouts;
    const isTls = this.target.url.protocol === 'https:';
    const limitMs = (connect + (isTls ? tlsHandshake : 0)) * 1000;
    if (connect > 0) {
      this.cancelTimer = this.clock.after(limitMs, () => this.steps.onTimeout(tooSlow()));
    }
    outgoing.once('close', () => this.end());
    if (outgoing.socket) this.follow(outgoing.socket, isTls);
    else outgoing.once('socket', (socket) => this.follow(socket, isTls));
  }

  /** Stops watching. */
  end(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private follow(socket: Socket, isTls: boolean): void {
    if (socket.connecting) {
      socket.once(isTls ? 'secureConnect' : 'connect', () => this.connected());
    } else this.connected();
  }

  private connected(): void {
    this.end();
    this.steps.onConnected?.();
  }
}

function tooSlow(): Error {
  const error = new Error('no connection in time');
  return Object.assign(error, { code: 'UND_ERR_CONNECT_TIMEOUT' });
}
