import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

const APP = 'https://app.example';
const KEY = { authorization: 'Bearer secret' };
const BASIC = { authorization: 'Basic OnNlY3JldA==' };

const CHAT = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"model":"m","stream":true}',
};

/** Requests that end in every kind of answer there is. */
const ANSWERS: readonly (readonly [what: string, path: string, init: RequestInit])[] = [
  ['a stream', '/v1/chat/completions', { ...CHAT, headers: { ...CHAT.headers, ...KEY } }],
  ['a passthrough', '/upstream/m/x', { headers: KEY }],
  ['a list', '/v1/models', { headers: KEY }],
  ['a public route', '/health', {}],
  ['an event stream', '/api/events?topics=profile', { headers: KEY }],
  ['a refusal without a key', '/running', {}],
  ['a refusal on the short lane', '/v1/messages', CHAT],
  ['an unknown path', '/v1/nothing', { headers: KEY }],
  ['a wrong method', '/v1/chat/completions', { headers: KEY }],
  ['a redirect', '/v1//models', { redirect: 'manual' }],
  ['a missing page', '/robots.txt', {}],
];

async function send(drover: HttpHarness, path: string, init: RequestInit, origin: string) {
  const leaving = new AbortController();
  const headers = { ...(init.headers as Record<string, string>), origin };
  const answer = await fetch(drover.url + path, { ...init, headers, signal: leaving.signal });
  leaving.abort();
  return answer;
}

async function settings(corsOrigins: readonly string[], upstream: string): Promise<HttpHarness> {
  const models = [fakeModel('m', { proxy: upstream })];
  return startHttp(fakeConfig(models, { apiKeys: ['secret'], corsOrigins }));
}

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let open: HttpHarness;
let listed: HttpHarness;

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    request.resume();
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Access-Control-Allow-Origin': 'https://upstream.example',
      Vary: 'Accept',
    });
    response.end('data: {}\n\ndata: [DONE]\n\n');
  });
  open = await settings(['*'], upstream.url);
  listed = await settings([APP], upstream.url);
});

afterAll(async () => {
  await open.app.close();
  await listed.app.close();
  upstream.server.closeAllConnections();
  upstream.server.close();
});

describe('with cors.origins: [*]', () => {
  it.each(ANSWERS)('lets a page of another origin read %s', async (_what, path, init) => {
    const { headers } = await send(open, path, init, APP);
    expect(headers.get('access-control-allow-origin')).toMatch(
      /^https:\/\/(app|upstream)\.example$/,
    );
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it('keeps what the upstream says itself', async () => {
    const [, path, init] = ANSWERS[0]!;
    const { headers } = await send(open, path, init, APP);
    expect(headers.get('access-control-allow-origin')).toBe('https://upstream.example');
    expect(headers.get('vary')).toBe('Accept, Origin');
  });
});

describe('with a list of origins', () => {
  it.each(ANSWERS)('lets a page of the list read %s', async (_what, path, init) => {
    const { headers } = await send(listed, path, init, APP);
    expect(headers.get('access-control-allow-origin')).toBe(APP);
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it.each(ANSWERS)('lets no other page read %s', async (_what, path, init) => {
    const { headers } = await send(listed, path, init, 'https://evil.example');
    expect(headers.has('access-control-allow-origin')).toBe(false);
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it.each([
    [APP, '/v1/chat/completions', APP],
    [APP, '/no/such/path', APP],
    ['https://evil.example', '/v1/chat/completions', null],
  ])('answers the preflight of %s for %s', async (origin, path, allowed) => {
    const answer = await fetch(listed.url + path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  it('lets no other page ask a model, though it needs no preflight for that', async () => {
    // What a form sends: a browser adds Basic credentials and the origin by itself.
    const form = { ...CHAT, headers: { 'content-type': 'text/plain', ...BASIC } };
    const [fromApp, fromElsewhere, openly] = [
      await send(listed, '/v1/chat/completions', form, APP),
      await send(listed, '/v1/chat/completions', form, 'https://evil.example'),
      await send(open, '/v1/chat/completions', form, 'https://evil.example'),
    ];
    expect([fromApp.status, fromElsewhere.status, openly.status]).toEqual([200, 403, 200]);
    const listing = await send(listed, '/v1/audio/voices?model=m', { headers: BASIC }, APP);
    const blind = { headers: { ...BASIC, 'sec-fetch-site': 'cross-site' } };
    const other = await fetch(`${listed.url}/v1/audio/voices?model=m`, blind);
    expect([listing.status, other.status]).toEqual([200, 403]);
  });

  it('lets a page of the list change what runs with credentials that the browser adds', async () => {
    const order = { method: 'POST', headers: BASIC };
    const [fromApp, fromElsewhere] = [
      await send(listed, '/api/models/unload', order, APP),
      await send(listed, '/api/models/unload', order, 'https://evil.example'),
    ];
    expect([fromApp.status, fromElsewhere.status]).toEqual([200, 403]);
  });
});
