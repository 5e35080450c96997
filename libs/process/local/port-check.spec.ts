import { AddressInfo, createServer, Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListenPortCheck } from './port-check.js';

describe('ListenPortCheck', () => {
  const check = new ListenPortCheck();
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });

  afterEach(() => new Promise((closed) => server.close(closed)));

  it.each(['localhost', '127.0.0.1'])('names the taken port of %s', async (host) => {
    const proxy = new URL(`http://${host}:${port}`);
    expect(await check.takenPort(proxy, ['serve', '--port', String(port)])).toBe(port);
    expect(await check.takenPort(proxy, ['serve', `--listen=0.0.0.0:${port}`])).toBe(port);
  });

  it('does not object when the command does not name the port', async () => {
    const proxy = new URL(`http://127.0.0.1:${port}`);
    expect(await check.takenPort(proxy, ['sleep', '600'])).toBeNull();
    expect(await check.takenPort(proxy, ['serve', `${port}1`, `1${port}`])).toBeNull();
  });

  it('does not object to a free port, another machine or a default port', async () => {
    const command = [String(port), '80'];
    const other = new URL(`http://gpu-box.example:${port}`);
    expect(await check.takenPort(other, command)).toBeNull();
    expect(await check.takenPort(new URL('http://127.0.0.1/'), command)).toBeNull();
    const proxy = new URL(`http://127.0.0.1:${port}`);
    await new Promise((closed) => server.close(closed));
    expect(await check.takenPort(proxy, command)).toBeNull();
  });
});
