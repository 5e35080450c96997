import { createServer, Server } from 'node:net';

/** Where blocks are taken from, and how long they are. */
export interface PortRange {
  readonly first: number;
  /** Not part of it any more. */
  readonly last: number;
  /** Ports of a block, the one that keeps it included. */
  readonly size: number;
}

/**
 * Ports in a row that belong to one test. A listener on the last of them keeps all: another test that
 * wants them, in whichever process, finds it taken, and it goes with its process.
 */
export class PortBlock implements Disposable {
  /** The first of the ports, all but the last of which may be used. */
  readonly port: number;
  private readonly keeper: Server;

  constructor({ first, last, size }: PortRange) {
    const count = Math.floor((last - first) / size);
    for (;;) {
      const port = first + size * Math.floor(Math.random() * count);
      const keeper = keep(port + size - 1);
      if (!keeper) continue;
      this.port = port;
      this.keeper = keeper;
      return;
    }
  }

  [Symbol.dispose](): void {
    this.keeper.close();
  }
}

/** A listener, or null where somebody has the port. Without a host, `listen` binds at once. */
function keep(port: number): Server | null {
  const server = createServer((socket) => socket.destroy()).on('error', () => undefined);
  server.listen(port).unref();
  return server.listening ? server : null;
}
