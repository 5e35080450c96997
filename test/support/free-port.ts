import { createServer } from 'node:net';
import { PortBlock } from './port-block.js';

/**
 * Below the ports that systems give to outgoing connections, any of which could take one unasked, and
 * below those of a `DroverFolder`.
 */
const [FIRST, LAST] = [10_000, 20_000];

/** So many ports in a row are free, for models that get theirs one after the other. */
const IN_A_ROW = 8;

/**
 * A port that nobody listens on, nor on the seven that follow. No other test, of this process or of
 * another one, is given any of them before this process ends.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const block = new PortBlock({ first: FIRST, last: LAST, size: IN_A_ROW + 1 });
    const row = Array.from({ length: IN_A_ROW }, (_, index) => isFree(block.port + index));
    if (!(await Promise.all(row)).includes(false)) return block.port;
    block[Symbol.dispose]();
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
