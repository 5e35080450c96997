import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

describe('small routes', () => {
  let drover: HttpHarness;

  beforeAll(async () => {
    const models = [fakeModel('b/x', { aliases: ['al'] }), fakeModel('a')];
    drover = await startHttp(fakeConfig(models));
  });

  afterAll(() => drover.app.close());

  it.each([
    ['GET', '/health', 200, 'text/plain; charset=utf-8', 'OK'],
    ['HEAD', '/health', 200, 'text/plain; charset=utf-8', ''],
    ['GET', '/wol-health', 200, 'text/plain; charset=utf-8', 'OK'],
    ['GET', '/unload', 200, 'text/plain; charset=utf-8', 'OK'],
    ['POST', '/api/models/unload', 200, 'application/json', '{"msg":"ok"}\n'],
    ['POST', '/api/models/unload/b/x', 200, 'text/plain; charset=utf-8', 'OK'],
    ['POST', '/api/models/unload/b%2Fx', 200, 'text/plain; charset=utf-8', 'OK'],
    ['POST', '/api/models/unload/al', 200, 'text/plain; charset=utf-8', 'OK'],
    ['POST', '/api/models/load/al', 200, 'application/json', '{"msg":"ok"}\n'],
    ['GET', '/running', 200, 'application/json', '{"running":[]}\n'],
    ['GET', '/logs', 200, 'text/plain', expect.any(String)],
    ['GET', '/robots.txt', 404, 'text/plain; charset=utf-8', '404 page not found\n'],
    ['GET', '/v1/rerank/', 404, 'application/json', expect.stringContaining('try /v1/rerank"')],
    ['POST', '/v1/v1/embeddings', 404, 'application/json', expect.stringContaining('try /v1/emb')],
    ['GET', '/v1/health', 404, 'application/json', expect.stringContaining('try /health"')],
    ['GET', '/api/tags', 404, 'application/json', expect.stringContaining('openapi.json')],
    ['GET', '/v1/chat/completions', 405, 'application/json', expect.stringContaining('Allow')],
  ])('%s %s answers %i', async (method, path, status, type, body) => {
    const answer = await fetch(drover.url + path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(await answer.text()).toEqual(body);
  });

  it.each([
    ['GET', '/health', 2],
    ['HEAD', '/health', 0],
    ['GET', '/running', 15],
    ['GET', '/nowhere', 19],
  ])('logs the bytes of the answer to %s %s: %i', async (method, path, bytes) => {
    const before = drover.logs.proxy.history().length;
    await (await fetch(drover.url + path, { method })).text();
    const written = (): string =>
      Buffer.from(drover.logs.proxy.history()).subarray(before).toString();
    await expect.poll(written).toContain(`"${method} ${path} HTTP/1.1"`);
    expect(written()).toMatch(new RegExp(` \\d{3} ${bytes} "`));
  });
});
