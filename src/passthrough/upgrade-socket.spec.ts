import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { UpgradeSocket } from './upgrade-socket.js';

/** The server's end of a connection, half of which stays open as long as nobody reads. */
class ServerEnd extends Duplex {
  readonly written: string[] = [];

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk.toString('latin1'));
    done();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it.each([false, true])(
  'notices that the client leaves behind an answer, handed over before: %s',
  async (isHandedOver) => {
    const end = new ServerEnd();
    const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1, headers: {} };
    const upgrade = new UpgradeSocket(
      request as unknown as IncomingMessage,
      end as unknown as Socket,
      Buffer.alloc(0),
    );
    await turn();
    if (isHandedOver) {
      upgrade.handOver();
      await turn();
      upgrade.answerHere();
    }
    upgrade.response.writeHead(502).end('sorry');
    await turn();
    expect(end.written.join('')).toContain('sorry');
    end.push(null);
    await turn();
    await turn();
    expect(end.destroyed).toBe(true);
  },
);
