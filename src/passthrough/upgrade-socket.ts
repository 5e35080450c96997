import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** The connection of a websocket handshake, which the server has given away. */
export class UpgradeSocket {
  /** Answers the handshake as long as it has not been handed over. */
  readonly response: ServerResponse;
  private readonly writtenBefore: number;

  constructor(
    readonly request: IncomingMessage,
    readonly socket: Socket,
    /** Bytes that came right behind the handshake. */
    readonly head: Buffer,
  ) {
    this.writtenBefore = socket.bytesWritten;
    // Failures of the connection end it; there is nobody else to tell.
    socket.on('error', () => socket.destroy());
    socket.once('end', () => socket.end());
    // Nobody reads yet, and one who does not read does not notice that the client leaves.
    socket.on('readable', this.look);
    this.response = new ServerResponse(request);
    this.response.shouldKeepAlive = false;
    // Once only: a second `off` would undo what `resume` has begun, and nobody would notice the end.
    this.response.once('finish', () => {
      socket.off('readable', this.look).resume();
      socket.end();
    });
    this.answerHere();
  }

  /** Bytes written to the client. */
  get bytes(): number {
    return this.socket.bytesWritten - this.writtenBefore;
  }

  /** Leaves the connection to somebody else. */
  handOver(): { readonly socket: Socket; readonly head: Buffer } {
    const { socket, head } = this;
    this.response.detachSocket(socket);
    socket.off('readable', this.look);
    return { socket, head };
  }

  /** Takes the connection, to which nothing was written, back for an answer. */
  answerHere(): void {
    this.response.assignSocket(this.socket);
  }

  private readonly look = (): unknown => this.socket.read(0);
}
