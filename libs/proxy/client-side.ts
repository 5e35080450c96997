import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** The client's side of an answer, which is written to at once, so that it is known what waits. */
export class ClientSide {
  /** The client's connection, where this answer is the one that is written to it. */
  readonly socket: Socket | null;
  private waits = false;

  constructor(private readonly response: ServerResponse) {
    this.socket = response.req.httpVersionMajor === 1 ? response.socket : null;
  }

  /** Whether something waits for the client to read it, since {@link ClientSide.whenTaken}. */
  get isWaiting(): boolean {
    return this.waits;
  }

  /** Whether bytes that were written are still in use. */
  get holdsBytes(): boolean {
    return this.socket === null || this.socket.writableLength > 0;
  }

  /** Writes content; returns whether the client's connection has taken everything. */
  write(bytes: Buffer): boolean {
    const { socket, response } = this;
    if (!socket) return response.write(bytes);
    socket.cork();
    response.write(bytes);
    socket.uncork();
    return socket.writableLength === 0;
  }

  /** Calls back, once, when everything has been taken; nothing may be written before that. */
  whenTaken(taken: () => void): void {
    if (this.waits) return;
    this.waits = true;
    const done = (): void => {
      this.waits = false;
      taken();
    };
    // Nothing is written behind all that waits: there is no `drain` of less than the high-water mark.
    if (this.socket) this.socket.write('', done);
    else this.response.once('drain', done);
  }
}
