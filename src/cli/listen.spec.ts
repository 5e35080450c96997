import { once } from 'node:events';
import { createServer, Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './listen.js';

describe('listen', () => {
  const servers: Server[] = [];
  const server = () => {
    const made = createServer();
    servers.push(made);
    return made;
  };
  afterEach(async () => {
    for (const used of servers.splice(0)) {
      if (!used.listening) continue;
      used.close();
      await once(used, 'close');
    }
  });

  it('tells the port that the system chose', async () => {
    const address = await listen(server(), { host: '127.0.0.1', port: 0 });
    expect(address.host).toBe('127.0.0.1');
    expect(address.port).toBeGreaterThan(0);
  });

  it('takes an empty host for every interface', async () => {
    const address = await listen(server(), { host: '', port: 0 });
    expect(['::', '0.0.0.0']).toContain(address.host);
  });

  it('says who is in the way when the port is taken', async () => {
    const address = await listen(server(), { host: '127.0.0.1', port: 0 });
    await expect(listen(server(), address)).rejects.toThrow(
      new RegExp(`cannot listen on 127.0.0.1:${address.port}: .*EADDRINUSE.*-listen`),
    );
  });

  it('says that an address is not one of this machine', async () => {
    await expect(listen(server(), { host: '192.0.2.1', port: 0 })).rejects.toThrow(
      /cannot listen on 192\.0\.2\.1:0: .*EADDRNOTAVAIL/,
    );
  });
});
