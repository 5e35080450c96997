import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';
import { sendRaw } from '../support/raw-http.js';

let drover: HttpHarness;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let received = '';

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    received = `${request.method} ${request.url} ${request.headers['content-length'] ?? 'chunked'}`;
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'X-Own': 'kept', Date: 'its own' });
      response.end('answer');
    });
  });
  drover = await startHttp(
    fakeConfig([fakeModel('m', { proxy: upstream.url })], { apiKeys: ['key'] }),
  );
});

afterAll(async () => {
  await drover.app.close();
  upstream.server.closeAllConnections();
  upstream.server.close();
});

const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n\r\n`;
const host = (): string => `Host: ${new URL(drover.url).host}`;

const CHAT = '{"model":"m"}';

/** Head of a chat request, and its body. */
function chat(...more: readonly string[]): string {
  const head = ['POST /v1/chat/completions HTTP/1.1', host(), 'x-api-key: key'];
  const length = `Content-Length: ${CHAT.length}`;
  return lines(...head, 'Content-Type: application/json', length, ...more) + CHAT;
}

describe('a client on a raw connection', () => {
  it('of HTTP/1.0 without Host gets an answer that ends with the connection', async () => {
    const { status, headers, body } = await sendRaw(drover.url, lines('GET /health HTTP/1.0'));
    expect([status, body]).toEqual([200, 'OK']);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it('of HTTP/1.1 without Host is told what is missing', async () => {
    const { status, headers, body } = await sendRaw(drover.url, lines('GET /health HTTP/1.1'));
    expect([status, headers['connection']]).toEqual([400, 'close']);
    expect(JSON.parse(body)).toMatchObject({
      src: 'llama-swap',
      error: { code: 'bad_request', message: expect.stringContaining('Host') },
    });
  });

  it('gets no tunnel, but an answer', async () => {
    const line = 'CONNECT example.org:443 HTTP/1.1';
    const { status, body } = await sendRaw(drover.url, lines(line, host()));
    expect(status).toBe(405);
    expect(JSON.parse(body)).toMatchObject({ src: 'llama-swap', error: { param: null } });
  });

  it('that expects what nobody knows is told so, and keeps its body', async () => {
    const head = ['POST /v1/chat/completions HTTP/1.1', host(), 'Expect: 200-ok'];
    const { status, headers, body } = await sendRaw(
      drover.url,
      lines(...head, 'Content-Length: 9'),
    );
    expect([status, headers['connection']]).toEqual([417, 'close']);
    expect(JSON.parse(body)).toMatchObject({
      src: 'llama-swap',
      error: { code: 'expectation_failed', message: expect.stringContaining('Expect: 200-ok') },
    });
  });

  it('that sends bytes beyond ASCII in its target is told that this is no HTTP', async () => {
    const text = lines('GET /upstream/\u00e9/x HTTP/1.1', host());
    const { status, headers, body } = await sendRaw(drover.url, text);
    expect([status, headers['connection']]).toEqual([400, 'close']);
    expect(JSON.parse(body)).toMatchObject({ src: 'llama-swap', error: { code: 'bad_request' } });
  });

  it('may send a body with GET, which the model gets as it is', async () => {
    const head = ['GET /v1/audio/voices?model=m HTTP/1.1', host(), 'x-api-key: key'];
    const { status } = await sendRaw(
      drover.url,
      `${lines(...head, 'Content-Length: 3', 'Connection: close')}abc`,
    );
    expect(status).toBe(200);
    expect(received).toBe('GET /v1/audio/voices?model=m 3');
  });

  it.each([
    ['GET', '/api/inflight/7/cancel', 'POST'],
    ['DELETE', '/api/captures/7', 'GET, HEAD'],
    ['POST', '/v1/models/m', 'GET, HEAD'],
    ['GET', '/api/models/unload/a/b', 'POST'],
  ])('is told of %s %s what the path allows', async (method, path, allow) => {
    const { status, headers } = await sendRaw(drover.url, `${method} ${path} HTTP/1.1`);
    expect([status, headers['allow']]).toEqual([405, allow]);
  });

  it('may name the whole address in the request line', async () => {
    const line = `GET ${drover.url}/health HTTP/1.1`;
    const { status, body } = await sendRaw(drover.url, lines(line, host(), 'Connection: close'));
    expect([status, body]).toEqual([200, 'OK']);
  });

  it('does not get around the check of the host by that', async () => {
    const line = 'GET http://evil.example/health HTTP/1.1';
    const { status } = await sendRaw(drover.url, lines(line, host(), 'Connection: close'));
    expect(status).toBe(421);
  });

  it('may ask whether its body is wanted', async () => {
    const { text } = await sendRaw(drover.url, chat('Expect: 100-continue', 'Connection: close'));
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/answer/);
    expect(received).toBe(`POST /v1/chat/completions ${CHAT.length}`);
  });

  it('may send requests without waiting, and gets the answers in their order', async () => {
    const first = lines('GET /wol-health HTTP/1.1', host());
    const second = lines('GET /nothing HTTP/1.1', host());
    const { text } = await sendRaw(drover.url, first + second + chat('Connection: close'));
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '404', '200']);
  });

  it('may send its body in pieces; a model that knows it gets its length', async () => {
    const head = ['POST /v1/chat/completions HTTP/1.1', host(), 'x-api-key: key'];
    const chunked = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const body = `5\r\n{"mod\r\n8\r\nel":"m"}\r\n0\r\n\r\n`;
    const { status } = await sendRaw(
      drover.url,
      lines(...head, ...chunked, 'Connection: close') + body,
    );
    expect(status).toBe(200);
    expect(received).toBe(`POST /v1/chat/completions ${CHAT.length}`);
  });

  it('keeps its connection after errors', async () => {
    const refused = lines('GET /running HTTP/1.1', host());
    const unknown = chat().replace('"m"', '"x"');
    const { text } = await sendRaw(drover.url, refused + unknown + chat('Connection: close'));
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['401', '404', '200']);
  });

  it('gets the headers of the model server as they are', async () => {
    const { headers } = await sendRaw(drover.url, chat('Connection: close'));
    expect(headers).toMatchObject({ 'x-own': 'kept', 'content-type': 'text/plain' });
    expect(headers['date']).toBe('its own');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it.each(['TRACE', 'CONNECT', 'BREW', 'get'])('gets nothing by the method %s', async (method) => {
    const target = method === 'CONNECT' ? 'example.com:80' : '/health';
    const { status } = await sendRaw(
      drover.url,
      lines(`${method} ${target} HTTP/1.1`, host(), 'x-api-key: key', 'Connection: close'),
    );
    expect([0, 400, 404, 405, 501]).toContain(status);
  });
});

const post = (path: string, init: RequestInit): Promise<Response> =>
  fetch(drover.url + path, { method: 'POST', ...init });

describe('an error on the messages routes', () => {
  const json = { 'content-type': 'application/json', 'x-api-key': 'key' };

  it.each([
    ['without a key', '/v1/messages', { headers: {}, body: CHAT }, 401],
    ['without a model', '/v1/messages', { headers: json, body: '{}' }, 404],
    ['for an unknown model', '/v1/messages', { headers: json, body: '{"model":"x"}' }, 404],
    ['by another method', '/v1/messages', { method: 'DELETE', headers: json }, 405],
    ['of counting', '/v1/messages/count_tokens?a', { headers: json, body: '{}' }, 404],
    ['of the short form', '/v/messages', { headers: json, body: '{}' }, 404],
    ['below /upstream', '/upstream/x/v1/messages', { headers: json, body: '{}' }, 404],
    [
      'with a damaged body',
      '/v1/messages',
      { headers: { ...json, 'content-encoding': 'gzip' }, body: 'x' },
      400,
    ],
  ])('%s can be read by Anthropic clients', async (_what, path, init, status) => {
    const answer = await post(path, init);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      type: 'error',
      src: 'llama-swap',
      error: { type: expect.any(String), message: expect.any(String), param: null },
    });
  });

  it('anywhere else has no such member', async () => {
    const answer = await post('/v1/chat/completions', { headers: json, body: '{}' });
    expect(await answer.json()).not.toHaveProperty('type');
  });
});
