import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections, any of which could take one unasked, and
 * below those of a `DroverFolder`.
 */
const [FIRST, LAST] = [10_000, 20_000];

/** So many ports in a row are free, for models that get theirs one after the other. */
const IN_A_ROW = 8;

/** A port that nobody listens on at the moment, nor on the seven that follow. */
export async function freePort(): Promise<number> {
  for (;;) {
    const blocks = (LAST - FIRST) / IN_A_ROW;
    const port = FIRST + IN_A_ROW * Math.floor(Math.random() * blocks);
    const row = Array.from({ length: IN_A_ROW }, (_, index) => isFree(port + index));
    if (!(await Promise.all(row)).includes(false)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
