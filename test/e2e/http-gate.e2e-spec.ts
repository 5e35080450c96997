import { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

/** What the server sends until it closes the connection. */
async function raw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(Buffer.from(text, 'latin1'));
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
  // A server that refuses to read on may reset the connection behind its answer.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

describe('the gate', () => {
  let drover: HttpHarness;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  let headers: IncomingMessage['headers'] = {};

  beforeAll(async () => {
    upstream = await startUpstream((request, response) => {
      headers = request.headers;
      request.resume().on('end', () => response.end('answer'));
    });
    const models = [fakeModel('m', { proxy: upstream.url })];
    const config = { apiKeys: ['secret'], allowedHosts: ['my.box'] };
    drover = await startHttp(fakeConfig(models, config), { bodyBytes: 1024 });
  });

  afterAll(async () => {
    await drover.app.close();
    upstream.server.closeAllConnections();
    upstream.server.close();
  });

  const chat = (more: Record<string, string>, body = '{"model":"m"}'): Promise<Response> =>
    fetch(`${drover.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...more },
      body,
    });

  it('keeps the key that let a request in from the upstream, and only that', async () => {
    await chat({ authorization: 'Bearer secret', 'x-api-key': 'for the engine' });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers['x-api-key']).toBe('for the engine');
    await chat({ authorization: 'Bearer for the engine', 'x-api-key': 'secret' });
    expect(headers.authorization).toBe('Bearer for the engine');
    expect(headers).not.toHaveProperty('x-api-key');
  });

  it('answers 413 to what is announced or turns out to be too large', async () => {
    const key = { authorization: 'Bearer secret' };
    const announced = await chat(key, `{"model":"m","x":"${'x'.repeat(2000)}"}`);
    expect(announced.status).toBe(413);
    expect(await announced.json()).toMatchObject({ error: { code: 'body_too_large' } });
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const answer = await raw(
      drover.url,
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n' +
        `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close/is);
  });

  it.each([
    ['localhost', 200],
    ['127.0.0.1:1', 200],
    ['My.Box:8080', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
  ])('answers the host %s with %i', async (host, status) => {
    const answer = await raw(
      drover.url,
      `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain(`HTTP/1.1 ${status} `);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, { authorization: 'Basic OnNlY3JldA==' }, 403],
    [{ origin: 'https://evil.example' }, { authorization: 'Basic OnNlY3JldA==' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, { authorization: 'Basic OnNlY3JldA==' }, 200],
    [{ 'sec-fetch-site': 'cross-site' }, { authorization: 'Bearer secret' }, 200],
    [{}, { authorization: 'Basic OnNlY3JldA==' }, 200],
  ])('lets a page with %j and %j unload: %i', async (page, key, status) => {
    for (const [method, path] of [
      ['GET', '/unload'],
      ['POST', '/api/models/unload'],
      ['POST', '/api/models/unload/m'],
      ['POST', '/api/models/load/m'],
    ] as const) {
      const answer = await fetch(drover.url + path, { method, headers: { ...page, ...key } });
      expect(answer.status).toBe(status);
    }
  });

  it('does not unload for a HEAD', async () => {
    drover.router.seen.length = 0;
    const answer = await fetch(`${drover.url}/unload`, {
      method: 'HEAD',
      headers: { authorization: 'Bearer secret' },
    });
    expect(answer.status).toBe(200);
    expect(drover.router.seen).toEqual([]);
  });

  it('lets a page of another origin read answers and errors', async () => {
    const origin = { origin: 'https://app.example' };
    for (const answer of [
      await chat({ ...origin, authorization: 'Bearer secret' }),
      await chat(origin),
      await fetch(`${drover.url}/health`, { headers: origin }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
    }
    const plain = await fetch(`${drover.url}/health`);
    expect(plain.headers.has('access-control-allow-origin')).toBe(false);
  });

  it.each([
    ['a version that does not exist', 'GET / HTTP/9.9\r\n\r\n'],
    ['no request line', 'nonsense\r\n\r\n'],
    ['a NUL in the path', 'GET /\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a header name with a space', 'GET / HTTP/1.1\r\nHost: localhost\r\nbad header: 1\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['a huge header', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(300_000)}\r\n\r\n`],
    ['a broken escape', 'GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ])('answers %s with an envelope', async (_what, request) => {
    const answer = await raw(drover.url, request);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).toMatch(/content-type: application\/json/i);
    const [, body = ''] = answer.split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ src: 'llama-swap', error: { param: null } });
  });
});
