import { describe, expect, it } from 'vitest';
import { DroverFolder } from '../support/drover-folder.js';

const TRACE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
};

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What the model's server has received, told by the fake server. */
async function echo(
  base: URL,
  headers: Readonly<Record<string, string>>,
  path = '/upstream/a/echo',
) {
  const response = await fetch(new URL(path, base), { headers });
  const { headers: seen } = (await response.json()) as { headers: Record<string, string> };
  return { response, seen };
}

describe('X-Request-Id', () => {
  it('is left alone without proxies in front', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const base = await folder.start().listening();
    const { response, seen } = await echo(base, { 'x-request-id': 'mine and mine' });
    expect(response.headers.has('x-request-id')).toBe(false);
    expect(seen['x-request-id']).toBe('mine and mine');
  });

  it('of a trusted proxy goes to the model, into the answer, the log and the activity log', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'), 'trustedProxies: [127.0.0.1]');
    const drover = folder.start(['-log-format', 'json']);
    const base = await drover.listening();
    const { response, seen } = await echo(base, { 'x-request-id': 'abc-1' });
    expect([response.headers.get('x-request-id'), seen['x-request-id']]).toEqual([
      'abc-1',
      'abc-1',
    ]);
    const chat = await fetch(new URL('/v1/chat/completions', base), {
      method: 'POST',
      headers: { 'x-request-id': 'abc-2', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'a', messages: [] }),
    });
    await chat.text();
    expect(chat.headers.get('x-request-id')).toBe('abc-2');
    const [line] = await drover.match(
      /^\{.*completions.*"requestId":"abc-2".*\}$|^\{.*abc-2.*completions.*\}$/m,
    );
    expect(JSON.parse(line)).toMatchObject({ requestId: 'abc-2' });
    const rows = await (await fetch(new URL('/api/metrics/activity', base))).text();
    expect(rows).toContain('"request_id":"abc-2"');
  });

  it('is made where the proxy sent none or a bad one, errors and small routes included', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'), 'trustedProxies: [127.0.0.1]');
    const base = await folder.start().listening();
    const { response, seen } = await echo(base, { 'x-request-id': 'two words' });
    expect(response.headers.get('x-request-id')).toMatch(UUID);
    expect(seen['x-request-id']).toBe(response.headers.get('x-request-id'));
    for (const path of ['/health', '/v1/models/none', '/nowhere', '/v1/chat/completions']) {
      const { headers } = await fetch(new URL(path, base));
      expect(headers.get('x-request-id')).toMatch(UUID);
    }
  });

  it('is not taken from a client that no proxy stands for', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('a'),
      'trustedProxies: [10.0.0.0/8]',
      'requestIds: always',
    );
    const base = await folder.start().listening();
    const { response, seen } = await echo(base, { 'x-request-id': 'forged' });
    expect(response.headers.get('x-request-id')).toMatch(UUID);
    expect(seen['x-request-id']).not.toBe('forged');
  });
});

describe('other headers', () => {
  it('of traces and clients go to the model as they should', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const base = await folder.start().listening();
    const { seen } = await echo(base, TRACE);
    expect(seen).toMatchObject(TRACE);
    expect(seen['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('about the client are dropped unless a trusted proxy says them', async () => {
    await using folder = new DroverFolder();
    const forwarding = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    folder.configure('models:', folder.model('a'), 'trustedProxies: [10.0.0.0/8]');
    const base = await folder.start().listening();
    const { seen } = await echo(base, forwarding);
    expect(seen['x-forwarded-for']).toBe('127.0.0.1');
    expect(seen).not.toHaveProperty('x-forwarded-proto');
  });

  it('keep proxies from holding event streams back', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a', '--load-ms 300'), 'sendLoadingState: true');
    const base = await folder.start().listening();
    const stream = (): Promise<Response> =>
      fetch(new URL('/v1/chat/completions', base), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'a', stream: true, messages: [] }),
      });
    const events = await fetch(new URL('/api/events', base));
    for (const response of [await stream(), await stream(), events]) {
      expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
      expect(response.headers.get('x-accel-buffering')).toBe('no');
      await response.body?.cancel();
    }
  });
});

describe('base path', () => {
  it('is taken off, and redirects have it', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'), 'basePath: /ai', 'apiKeys: [k]');
    const base = await folder.start().listening();
    const key = { authorization: 'Bearer k' };
    const ask = (path: string, headers: Record<string, string> = key): Promise<Response> =>
      fetch(new URL(path, base), { headers, redirect: 'manual' });
    for (const prefix of ['', '/ai']) {
      expect((await ask(`${prefix}/v1/models`)).status).toBe(200);
      expect((await ask(`${prefix}/v1/models`, {})).status).toBe(401);
      expect((await ask(`${prefix}/health`, {})).status).toBe(200);
      expect((await ask(`${prefix}/upstream/a/echo`)).status).toBe(200);
      expect((await ask(`${prefix}/upstream/a/echo`, {})).status).toBe(401);
    }
    expect((await ask('/ai/ai/v1/models')).status).toBe(404);
    expect((await ask('/aix/v1/models')).status).toBe(404);
    for (const [path, location] of [
      ['/ai', '/ai/ui/'],
      ['/ai/', '/ai/ui/'],
      ['/ai/ui', '/ai/ui/'],
      ['/ai//v1/models?x=1', '/ai/v1/models?x=1'],
      ['/ai/upstream', '/ai/ui/#/models'],
    ]) {
      expect((await ask(path!)).headers.get('location')).toBe(location);
    }
    const document = (await (await ask('/ai/api/openapi.json')).json()) as { servers: unknown };
    expect(document.servers).toEqual([{ url: '/ai' }]);
  });

  it('leads from any page of the web interface to its files', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'basePath: /ai');
    const base = await folder.start().listening();
    const deep = await fetch(new URL('/ai/ui/deep/link', base));
    expect(new URL(deep.url).pathname).toBe('/ai/ui/deep/link');
    const [, script] = /<script[^>]* src="(\S+?)"/.exec(await deep.text())!;
    const file = await fetch(new URL(script!, deep.url));
    expect([file.status, new URL(file.url).pathname.startsWith('/ai/ui/assets/')]).toEqual([
      200,
      true,
    ]);
  });
});
