import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWhole, WholeDrover } from '../support/whole-drover.js';

const ISSUER = 'https://sso.example';

let drover: WholeDrover;
let sign: (scope: string) => Promise<string>;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(publicKey);
  sign = (scope) =>
    new SignJWT({ scope })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(ISSUER)
      .setAudience('drover')
      .setSubject('ann')
      .setExpirationTime('5m')
      .sign(privateKey);
  drover = await startWhole((folder) => {
    writeFileSync(join(folder.path, 'jwks.json'), JSON.stringify({ keys: [jwk] }));
    return {
      models: {
        small: { cmd: folder.fakeServer('small'), aliases: ['gpt'] },
        large: { cmd: folder.fakeServer('large') },
      },
      selectors: { pool: { strategy: 'pin', targets: ['large'] } },
      apiKeys: [
        { name: 'one-model', key: 'k-one', models: ['small'], scopes: ['inference', 'read'] },
        { name: 'by-alias', key: 'k-alias', models: ['gp?'] },
        { name: 'by-selector', key: 'k-pool', models: ['pool'] },
        { name: 'few', key: 'k-few', requestsPerMinute: 2 },
        { name: 'tokens', key: 'k-tokens', tokensPerMinute: 5, scopes: ['inference', 'read'] },
        { name: 'single', key: 'k-single', concurrency: 1 },
        { name: 'root', key: 'k-root', scopes: ['admin'] },
      ],
      auth: { jwt: { issuer: ISSUER, audience: ['drover'], jwksFile: 'jwks.json' } },
    };
  });
});

afterAll(() => drover[Symbol.asyncDispose]());

function get(path: string, key: string): Promise<Response> {
  return fetch(new URL(path, drover.url), { headers: { authorization: `Bearer ${key}` } });
}

function chat(key: string, model: string, path = '/v1/chat/completions'): Promise<Response> {
  return fetch(new URL(path, drover.url), {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [] }),
  });
}

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { error: { code: string } }).error.code;
}

async function overview(): Promise<string> {
  return (await get('/api/v1/models', 'k-root')).text();
}

describe('a key for some models', () => {
  it.each([
    ['k-one', 'small'],
    ['k-one', 'gpt'],
    ['k-alias', 'gpt'],
    ['k-pool', 'pool'],
  ])('%s may ask %s', async (key, model) => {
    const answer = await chat(key, model);
    await answer.text();
    expect(answer.status).toBe(200);
  });

  it.each([
    ['k-one', 'large', 403, 'model_forbidden'],
    ['k-one', 'pool', 403, 'model_forbidden'],
    ['k-one', 'nobody', 404, 'model_not_found'],
    ['k-alias', 'small', 403, 'model_forbidden'],
    ['k-pool', 'large', 403, 'model_forbidden'],
  ])('%s may not ask %s', async (key, model, status, code) => {
    const answer = await chat(key, model);
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it('is held to them on the way through /upstream too', async () => {
    const own = await chat('k-one', 'small', '/upstream/small/v1/chat/completions');
    await own.text();
    expect(own.status).toBe(200);
    const other = await chat('k-one', 'large', '/upstream/large/v1/chat/completions');
    expect(await codeOf(other)).toBe('model_forbidden');
  });

  it.each([
    ['k-one', ['small']],
    ['k-alias', ['small']],
    ['k-pool', ['pool']],
    ['k-root', ['large', 'pool', 'small']],
  ])('%s sees the list %j', async (key, ids) => {
    const { data } = (await (await get('/v1/models', key)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(ids);
  });

  it('does not find other models one by one', async () => {
    expect((await get('/v1/models/large', 'k-one')).status).toBe(404);
    expect((await get('/v1/models/gpt', 'k-one')).status).toBe(200);
  });
});

describe('a key with limits', () => {
  it('gets 429 with what OpenAI clients look for, and the count survives a reload', async () => {
    const first = await chat('k-few', 'small');
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    await first.text();
    await (await chat('k-few', 'small')).text();
    const file = join(drover.folder.path, 'config.json.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"large"', '"large" '));
    await fetch(new URL('/api/config/reload', drover.url), {
      method: 'POST',
      headers: { 'x-api-key': 'k-root' },
    });
    const refused = await chat('k-few', 'small');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(refused.headers.get('x-ratelimit-reset-requests')).toMatch(/s$/);
    expect(await refused.json()).toMatchObject({
      src: 'llama-swap',
      error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    });
  });

  it('pays for tokens when an answer has ended', async () => {
    await (await chat('k-tokens', 'small')).text();
    // Reading the log waits until everything that has ended is in it.
    await (await get('/api/v1/activity', 'k-tokens')).text();
    expect((await chat('k-tokens', 'small')).status).toBe(429);
  });

  it('waits for the end of what runs', async () => {
    const slow = chat('k-single', 'small', '/v1/chat/completions?wait=60000');
    slow.catch(() => undefined);
    await expect.poll(overview).toContain('"inFlight":1');
    expect(await codeOf(await chat('k-single', 'small'))).toBe('key_concurrency_limit');
    await fetch(new URL('/api/models/unload/small', drover.url), {
      method: 'POST',
      headers: { 'x-api-key': 'k-root' },
    });
    await slow.then((answer) => answer.text()).catch(() => undefined);
    expect((await chat('k-single', 'small')).status).toBe(200);
  });
});

describe('the log of requests', () => {
  it('names the key, never holds it', async () => {
    await (await chat('k-one', 'small')).text();
    const text = await (await get('/api/v1/activity?key=one-model', 'k-root')).text();
    const { data } = JSON.parse(text) as { data: { keyName: string; model: string }[] };
    expect(data.length).toBeGreaterThan(0);
    expect(new Set(data.map(({ keyName }) => keyName))).toEqual(new Set(['one-model']));
    expect(text).not.toContain('k-one');
  });
});

describe('a token', () => {
  it('has the rights of its scopes', async () => {
    const reader = await sign('read');
    expect((await get('/running', reader)).status).toBe(200);
    expect((await get('/unload', reader)).status).toBe(403);
    const body = { method: 'POST', body: '{"model":"small"}' };
    const headers = { 'content-type': 'application/json' };
    const send = (token: string): Promise<Response> =>
      fetch(new URL('/v1/chat/completions', drover.url), {
        ...body,
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
    expect((await send(reader)).status).toBe(403);
    const asker = await sign('inference');
    for (let count = 0; count < 3; count += 1) {
      const answer = await send(asker);
      expect(answer.status).toBe(200);
      await answer.text();
    }
  });

  it('goes no further, and one that is not valid is answered with 401', async () => {
    const asker = await sign('operate');
    const answer = await get('/upstream/small/echo/headers', asker);
    expect(await answer.text()).not.toContain(asker);
    const changed = `${asker.slice(0, -4)}AAAA`;
    const refused = await get('/running', changed);
    expect(refused.status).toBe(401);
    expect(await codeOf(refused)).toBe('invalid_token');
  });
});
