import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpReadinessProbe } from './http-readiness.probe.js';

describe('HttpReadinessProbe', () => {
  const probe = new HttpReadinessProbe();
  let server: Server;
  let status: number | null = 200;

  beforeEach(async () => {
    server = createServer((request, response) => {
      if (status === null) return;
      if (request.url !== '/health') status = 500;
      response.writeHead(status, { location: '/other' });
      response.end('x'.repeat(100_000));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const url = (): URL =>
    new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health`);

  it.each([
    [200, null],
    [204, 'answers with status 204 instead of 200'],
    [301, 'answers with status 301 instead of 200'],
    [404, 'answers with status 404 instead of 200'],
    [503, 'answers with status 503 instead of 200'],
  ])('finds with status %d: %s', async (answer, finding) => {
    status = answer;
    expect(await probe.probe(url(), new AbortController().signal)).toBe(finding);
  });

  it('rejects when nobody listens', async () => {
    const target = url();
    server.close();
    await expect(probe.probe(target, new AbortController().signal)).rejects.toThrow('ECONNREFUSED');
  });

  it('lets go of a server that never answers when it is aborted', async () => {
    status = null;
    const abort = new AbortController();
    const asked = probe.probe(url(), abort.signal);
    const closed = new Promise<void>((done) =>
      server.once('connection', (socket) => {
        socket.once('close', () => done());
        abort.abort();
      }),
    );
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await closed;
  });

  it('rejects an address of a kind it cannot ask', async () => {
    const asked = probe.probe(new URL('ftp://127.0.0.1/'), new AbortController().signal);
    await expect(asked).rejects.toThrow('ftp:');
  });
});
