import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverFolder } from '../support/drover-folder.js';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

interface RouteCase {
  readonly method: string;
  readonly path: string;
  readonly auth: boolean;
  readonly category: string;
}

const fixture = new URL('../fixtures/http/routes.json', import.meta.url);
const cases = JSON.parse(readFileSync(fixture, 'utf8')) as RouteCase[];
const KEY = { authorization: 'Bearer secret' };

/** A path that takes the place of a pattern. */
function pathOf({ path }: RouteCase): string {
  return path
    .replace('{logMonitorID...}', 'm')
    .replace('{upstreamPath...}', 'm/echo')
    .replace(/\{(?:model|id)(?:\.\.\.)?\}/, '1')
    .replace(/\{\w+\.\.\.\}/, '');
}

const isInference = ({ category }: RouteCase): boolean => category.startsWith('inference');

const routed = cases
  .filter(({ method }) => method !== 'OPTIONS')
  .map((route) => ({ ...route, method: route.method === 'ANY' ? 'GET' : route.method }));

describe('every route for a model', () => {
  let drover: HttpHarness;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  const seen: string[] = [];

  beforeAll(async () => {
    upstream = await startUpstream((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.end('answer'));
    });
    const models = [fakeModel('m', { proxy: upstream.url }), fakeModel('1')];
    drover = await startHttp(fakeConfig(models, { apiKeys: ['other', 'secret'] }));
    // What only looks at a model does not load it.
    drover.router.states.set('m', 'ready');
  });

  afterAll(async () => {
    await drover.app.close();
    upstream.server.closeAllConnections();
    upstream.server.close();
  });

  it.each(routed.filter(isInference))('$method $path is forwarded', async (route) => {
    const json = { 'content-type': 'application/json' };
    const init =
      route.method === 'GET'
        ? { headers: KEY }
        : { method: 'POST', headers: { ...KEY, ...json }, body: '{"model":"m"}' };
    const query = route.method === 'GET' ? '?model=m' : '';
    seen.length = 0;
    const answer = await fetch(drover.url + route.path + query, init);
    expect(await answer.text()).toBe('answer');
    const forwarded = route.path.replace(/^\/(?:v(?=\/)|audioapi)/, '');
    expect(seen).toEqual([`${route.method} ${forwarded}${query}`]);
  });

  it.each(routed.filter(isInference))('$method $path names its model', async (route) => {
    const answer = await fetch(drover.url + route.path, { method: route.method, headers: KEY });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      src: 'llama-swap',
      error: {
        code: 'model_required',
        message: expect.stringMatching(/^no model id could be identified: /),
      },
    });
  });

  it.each(routed)('OPTIONS for $path is answered without key and upstream', async (route) => {
    seen.length = 0;
    const answer = await fetch(drover.url + pathOf(route), {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'X-One, bad name,x-two' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-headers')).toBe('X-One, x-two');
    expect(seen).toEqual([]);
  });

  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['DELETE', '/v1/audio/voices', 'GET, HEAD, POST'],
    ['POST', '/v1/models', 'GET, HEAD'],
    ['PUT', '/running', 'GET, HEAD'],
    ['GET', '/api/models/unload', 'POST'],
  ])('%s %s is refused with Allow: %s, without a key', async (method, path, allow) => {
    const answer = await fetch(drover.url + path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_request' } });
  });

  it.each([
    '/v1/nothing',
    '/v1/chat/completions/',
    '/V1/chat/completions',
    '/v1/moderations',
    '/api/metrics',
    '/embeddings',
    '/tokenize',
    '/robots.txt',
    '/%00',
  ])('%s is not there, with or without a key', async (path) => {
    expect((await fetch(drover.url + path)).status).toBe(404);
    expect((await fetch(drover.url + path, { method: 'POST', headers: KEY })).status).toBe(404);
  });

  it.each([
    ['//v1//chat/completions?a=1', '/v1/chat/completions?a=1'],
    ['/v1/./models', '/v1/models'],
    ['/v1/x/%2e%2e//models', '/v1/x/%2e%2e/models'],
  ])('%s is redirected to %s, so that bodies survive', async (path, location) => {
    const { status, location: to } = await rawGet(drover.url, path);
    expect([status, to]).toEqual([307, location]);
  });
});

describe('every route of the whole program', () => {
  const folder = new DroverFolder();
  let url: URL;

  beforeAll(async () => {
    folder.configure('apiKeys: [other, secret]', 'models:', folder.model('m'), folder.model('"1"'));
    url = await folder.start().listening();
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  /** The answer's head; endless bodies are not waited for. */
  async function head(path: string, init: RequestInit): Promise<Response> {
    const ending = new AbortController();
    const answer = await fetch(new URL(path, url), {
      redirect: 'manual',
      ...init,
      signal: ending.signal,
    });
    ending.abort();
    return answer;
  }

  it.each(routed.filter(({ auth }) => auth))('$method $path needs a key', async (route) => {
    const path = pathOf(route);
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { 'x-api-key': 'Secret' }]) {
      const answer = await fetch(new URL(path, url), { method: route.method, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="llama-swap"');
      expect(await answer.json()).toMatchObject({ error: { code: 'unauthorized', param: null } });
    }
    const { status } = await head(path, { method: route.method, headers: KEY });
    expect(status).not.toBe(401);
  });

  it.each(routed.filter(({ auth }) => !auth))('$method $path needs no key', async (route) => {
    const { status } = await head(pathOf(route), { method: route.method });
    expect(status).not.toBe(401);
  });
});

/** Sends a path as it is, which `fetch` would clean first. */
async function rawGet(url: string, path: string): Promise<{ status: number; location: string }> {
  const { request } = await import('node:http');
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method: 'POST' }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '' });
    });
    outgoing.on('error', reject).end();
  });
}
