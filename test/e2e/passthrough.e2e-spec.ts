import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SelectorConfig } from '#lib/config';
import { CallWatchers } from '../../src/calls/call.watchers.js';
import { FollowedCall } from '../../src/calls/followed-call.interface.js';
import { ProfileRegistry } from '../../src/profiles/profile.registry.js';
import { fakeConfig, fakeModel, fakePeer } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';
import { sendRaw } from '../support/raw-http.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** Longest body in these tests. */
const LIMIT = 100_000;

function selector(strategy: SelectorConfig['strategy'], targets: string[]): SelectorConfig {
  const texts = { name: '', description: '', metadata: {} };
  return { strategy, targets, spillover: 1, unlisted: false, ...texts };
}

const IGNORED = ['.*\\.(js|json|css|png|gif|jpg|jpeg|ico|txt)$'];

describe('passthrough', () => {
  let drover: HttpHarness;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  let handler: Handler;

  beforeEach(async () => {
    handler = ({ method, url }, response) => response.end(`${method} ${url}`);
    upstream = await startUpstream((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => handler(request, response, Buffer.concat(chunks)));
    });
    const proxy = upstream.url;
    const models = [
      fakeModel('author', { proxy }),
      fakeModel('author/model', { proxy, aliases: ['al'] }),
      fakeModel('based', { proxy: `${proxy}/base?k=v` }),
      fakeModel('dead', { proxy: 'http://127.0.0.1:1' }),
      fakeModel('comfyui_auto', { proxy, ignoreWebsockets: true }),
    ];
    const peers = new Map([
      ['p', fakePeer('p', { proxy: `${proxy}/peer`, models: ['a/b', 'c'], apiKey: 'peerkey' })],
    ]);
    const pins = new Map([
      ['author', 'based'],
      ['author/model', 'author/model'],
      ['gone', ''],
      ['other', 'selector'],
    ]);
    const profiles = new Map([['day', { description: '', pins }]]);
    const selectors = new Map([
      ['pool', selector('spillover', ['author', 'based'])],
      ['fixed', selector('pin', ['al'])],
      ['hot', selector('warm', ['author', 'based'])],
      ['far', selector('pin', ['p/a/b'])],
    ]);
    const routes = { ignorePaths: IGNORED, peers, profiles, selectors };
    drover = await startHttp(fakeConfig(models, { ...routes, bodyLimitBytes: LIMIT }));
  });

  afterEach(async () => {
    await drover.app.close();
    upstream.server.closeAllConnections();
    upstream.server.close();
    if (drover.router.leases !== 0) throw new Error('a lease was not released');
  });

  /** Every call that is followed from now on. */
  function follow(): FollowedCall[] {
    const followed: FollowedCall[] = [];
    drover.app.get(CallWatchers).add({
      follow: (call) => {
        followed.push(call);
        return null;
      },
    });
    return followed;
  }

  it.each([
    ['GET', '/upstream/author/x', 'GET /x'],
    ['GET', '/upstream/author/', 'GET /'],
    ['PUT', '/upstream/author/model/v1/x?a=%2F&b', 'PUT /v1/x?a=%2F&b'],
    ['DELETE', '/upstream/author%2Fmodel/v1/x', 'DELETE /v1/x'],
    ['GET', '/upstream//author//model/x', 'GET /x'],
    ['GET', '/upstream/al/api/x%2Fy', 'GET /api/x%2Fy'],
    ['GET', '/upstream/al/a//b/%E4%BD%A0%20%ff', 'GET /a//b/%E4%BD%A0%20%ff'],
    ['PROPFIND', '/upstream/based/x?a=1', 'PROPFIND /base/x?k=v&a=1'],
    ['GET', '/upstream/p/a/b/x', 'GET /peer/x'],
    ['GET', '/upstream/a/b/x', 'GET /peer/x'],
    ['GET', '/comfyui/', 'GET /'],
    ['GET', '/upstream/fixed/x', 'GET /x'],
    ['POST', '/upstream/far/x', 'POST /peer/x'],
    ['GET', '/upstream/hot/x', 'GET /x'],
  ])('%s %s reaches the server as %s', async (method, path, line) => {
    const answer = await sendRaw(drover.url, `${method} ${path} HTTP/1.1`);
    expect([answer.status, answer.body]).toEqual([200, line]);
  });

  it.each([
    ['GET', '/upstream', 302, '/ui/#/models'],
    ['POST', '/upstream', 307, '/upstream/'],
    ['GET', '/upstream/author', 301, '/upstream/author/'],
    ['POST', '/upstream/author%2Fmodel?a=b', 308, '/upstream/author%2Fmodel/?a=b'],
    ['GET', '/comfyui', 301, '/comfyui/'],
    ['PUT', '/comfyui?x', 308, '/comfyui/?x'],
  ])('%s %s is sent on: %i %s', async (method, path, status, location) => {
    const answer = await sendRaw(drover.url, `${method} ${path} HTTP/1.1`);
    expect([answer.status, answer.headers['location']]).toEqual([status, location]);
  });

  it.each([
    ['/upstream/', 404, 'model not found'],
    ['/upstream/nobody/x', 404, 'model not found'],
    ['/upstream/author/a.js', 409, 'model author is not loaded; path matches upstream.ignorePaths'],
    ['/upstream/author/a%2ejs', 409, 'path matches upstream.ignorePaths'],
    ['/upstream/author/props', 409, 'model author is not loaded'],
    ['/upstream/author/slots', 409, 'model author is not loaded'],
    ['/upstream/author/metrics?x=1', 409, 'model author is not loaded'],
    ['/upstream/fixed/props', 409, 'model author/model is not loaded'],
    ['/upstream/fixed/a.js', 409, 'path matches upstream.ignorePaths'],
    ['/comfyui/props', 409, 'only /comfyui/ can start it'],
    ['/props?model=author', 409, 'model author is not loaded; /props only looks at a loaded model'],
    ['/props?model=fixed', 409, 'model author/model is not loaded'],
    ['/props?model=nobody', 404, 'no router for requested model'],
    ['/comfyui/api/x', 409, 'only /comfyui/ can start it'],
    ['/upstream/author/../x', 400, '".."'],
    ['/upstream/author/%2e%2e/x', 400, '".."'],
    ['/upstream/author/a%00', 400, 'control character'],
    ['/upstream/author/a%zz', 400, 'percent-escape'],
    ['/upstream/dead/x', 502, 'refused the connection'],
  ])('%s is refused with %i: %s', async (path, status, message) => {
    const answer = await sendRaw(drover.url, `GET ${path} HTTP/1.1`);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { message: expect.stringContaining(message) },
    });
  });

  it.each([
    ['/upstream/author/x', 'GET /base/x?k=v'],
    ['/upstream/author/model/x', 'GET /x'],
    ['/upstream/other/x', 'model not found'],
    ['/upstream/gone/x', 'model not found'],
  ])('puts what the active profile pins in its place: %s is %s', async (path, expected) => {
    drover.app.get(ProfileRegistry).activate('day');
    const answer = await sendRaw(drover.url, `GET ${path} HTTP/1.1`);
    expect(answer.body).toContain(expected);
  });

  it('serves ignored paths of a ready model, and looks at it without taking a slot', async () => {
    drover.router.states.set('author', 'ready').set('comfyui_auto', 'ready');
    for (const path of ['/upstream/author/a.js', '/upstream/author/metrics', '/comfyui/api/x']) {
      expect((await fetch(drover.url + path)).status).toBe(200);
    }
    expect(drover.router.seen).toEqual(['acquire author', 'acquire comfyui_auto']);
  });

  it.each(['props?model=author', 'upstream/author/props', 'upstream/author/slots'])(
    'looks at a ready model without a lease: /%s',
    async (path) => {
      drover.router.states.set('author', 'ready');
      expect((await fetch(`${drover.url}/${path}`)).status).toBe(200);
      expect(drover.router.seen).toEqual([]);
    },
  );

  it('lets a selector take the target that is loaded, and notes it', async () => {
    drover.router.states.set('based', 'ready');
    const followed = follow();
    const answer = await fetch(`${drover.url}/upstream/hot/v1/completions`, { method: 'POST' });
    expect(await answer.text()).toBe('POST /base/v1/completions?k=v');
    expect(followed[0]).toMatchObject({
      model: 'based',
      requestedModel: 'based',
      metadata: { selector: 'hot' },
    });
  });

  it('spreads what goes through a selector over its targets', async () => {
    drover.router.states.set('author', 'ready').set('based', 'ready');
    const both = Promise.withResolvers<void>();
    const seen: string[] = [];
    handler = (request, response) => {
      seen.push(request.url!);
      if (seen.length === 2) both.resolve();
      void both.promise.then(() => response.end());
    };
    const path = `${drover.url}/upstream/pool/v1/completions`;
    await Promise.all([1, 2].map(() => fetch(path, { method: 'POST' })));
    expect(seen.toSorted()).toEqual(['/base/v1/completions?k=v', '/v1/completions']);
  });

  it('tells a peer its own name where the body names the selector', async () => {
    handler = (_request, response, body) => response.end(body);
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: '{"model":"far"}' };
    const answer = await fetch(`${drover.url}/upstream/far/v1/completions`, sent);
    expect(await answer.text()).toBe('{"model":"a/b"}');
  });

  it('refuses a body that is said to be too long before anything is loaded', async () => {
    const head = `POST /upstream/author/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${LIMIT + 1}`;
    const answer = await sendRaw(drover.url, `${head}\r\n\r\n`);
    expect([answer.status, answer.headers['connection']]).toEqual([413, 'close']);
    expect(drover.router.seen).toEqual([]);
  });

  it('refuses a body that turns out to be too long, and ends the request to the server', async () => {
    const ended = Promise.withResolvers<boolean>();
    upstream.server.removeAllListeners('request');
    upstream.server.on('request', (request: IncomingMessage) => {
      request.on('data', () => undefined).once('close', () => ended.resolve(request.complete));
    });
    const head =
      'POST /upstream/author/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked';
    const chunk = `${LIMIT.toString(16)}\r\n${'x'.repeat(LIMIT)}\r\n`;
    const answer = await sendRaw(drover.url, `${head}\r\n\r\n${chunk}${chunk}`);
    expect([answer.status, answer.headers['connection']]).toEqual([413, 'close']);
    expect(answer.body).toContain('"code":"body_too_large"');
    expect(await ended.promise).toBe(false);
  });

  it('passes a body of just the longest length on', async () => {
    handler = (_request, response, body) => response.end(String(body.length));
    const body = Buffer.alloc(LIMIT, 'x');
    const answer = await fetch(`${drover.url}/upstream/author/x`, { method: 'POST', body });
    expect(await answer.text()).toBe(String(LIMIT));
  });

  it('forgets a request for a peer whose client leaves before its body is complete', async () => {
    const followed = follow();
    const closed = Promise.withResolvers<void>();
    drover.app.get(CallWatchers).add({ follow: () => ({ onClosed: () => closed.resolve() }) });
    const socket = connect(Number(new URL(drover.url).port), '127.0.0.1');
    socket.write('POST /upstream/p/c/v1/completions HTTP/1.1\r\nHost: localhost\r\n');
    socket.write('Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"mod');
    await expect.poll(() => followed).toHaveLength(1);
    socket.destroy();
    await closed.promise;
  });

  it('hands a body on while it is still being sent', async () => {
    const sent = Promise.withResolvers<string>();
    upstream.server.removeAllListeners('request');
    upstream.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      request.once('data', (chunk: Buffer) => sent.resolve(chunk.toString()));
      request.on('end', () => response.end(JSON.stringify(request.headers)));
    });
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(Buffer.from('first'));
        expect(await sent.promise).toBe('first');
        controller.close();
      },
    });
    const answer = await fetch(`${drover.url}/upstream/author/up`, {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { connection: 'x-hop', 'x-hop': '1', 'x-kept': '2' },
    });
    const headers = (await answer.json()) as Record<string, string>;
    expect(headers).toMatchObject({ 'transfer-encoding': 'chunked', 'x-kept': '2' });
    expect(headers['x-forwarded-for']).toBe('127.0.0.1');
    expect(headers['host']).toBe(new URL(drover.url).host);
  });

  it('gives a peer its own names, host and key', async () => {
    handler = ({ url, headers }, response, body) =>
      response.end(JSON.stringify({ url, headers, body: body.toString() }));
    const answer = await fetch(`${drover.url}/upstream/p/c/v1/chat/completions?model=p%2Fc`, {
      method: 'POST',
      body: '{"model": "p/c", "n":1}',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-proto': 'https',
        authorization: 'Bearer mine',
      },
    });
    const { headers, body } = (await answer.json()) as Record<string, Record<string, string>>;
    expect(body).toBe('{"model": "c", "n":1}');
    expect(headers).toMatchObject({
      host: new URL(upstream.url).host,
      authorization: 'Bearer peerkey',
      'x-api-key': 'peerkey',
      'content-length': '21',
    });
    expect(headers).not.toHaveProperty('x-forwarded-for');
    expect(headers).not.toHaveProperty('x-forwarded-proto');
  });

  it('ends the request to the server when the client leaves', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    handler = (_request, response) => {
      response.write('begun');
      arrived.resolve(response);
    };
    const leaving = new AbortController();
    const answer = await fetch(`${drover.url}/upstream/author/x`, { signal: leaving.signal });
    const closed = once(await arrived.promise, 'close');
    leaving.abort();
    await closed;
    await expect(answer.text()).rejects.toThrow('aborted');
  });

  it('tells an event stream that its server has died, and ends it', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\ndata: ha');
      setImmediate(() => response.destroy());
    };
    const answer = await fetch(`${drover.url}/upstream/author/x`);
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    expect(await answer.text()).toMatch(
      /^data: 1\n\ndata: ha\n\nevent: error\ndata: \{.*"upstream_broken".*\}\n\n$/,
    );
  });

  it('shows inference requests among those in flight, where they can be cancelled', async () => {
    const arrived = Promise.withResolvers<void>();
    handler = (request, response) => {
      if (request.url === '/free') response.end();
      else arrived.resolve();
    };
    const followed = follow();
    await fetch(`${drover.url}/upstream/author/free`, { method: 'POST' });
    const answer = fetch(`${drover.url}/upstream/al/v1/chat/completions`, { method: 'POST' });
    await arrived.promise;
    expect(followed).toHaveLength(1);
    expect(followed[0]).toMatchObject({
      model: 'author/model',
      requestedModel: 'al',
      upstream: 'local',
      upstreamPath: '/v1/chat/completions',
      receivedPath: '/upstream/al/v1/chat/completions',
    });
    followed[0]!.cancel();
    expect((await answer).status).toBeGreaterThanOrEqual(499);
  });

  it('lets no page of another origin load a model, but lets people follow links', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const path = `${drover.url}/upstream/author/`;
    expect((await fetch(path, { headers: foreign })).status).toBe(403);
    expect((await fetch(path, { headers: { ...foreign, 'sec-fetch-user': '?1' } })).status).toBe(
      200,
    );
    drover.router.states.set('author', 'ready');
    expect((await fetch(path, { headers: foreign })).status).toBe(200);
  });

  it('writes the access line with the path as sent and the bytes of the answer', async () => {
    await fetch(`${drover.url}/upstream/author/some?q=1`);
    await fetch(`${drover.url}/upstream/nobody/`);
    await expect.poll(() => proxyLog(drover)).toMatch(/nobody/);
    const log = proxyLog(drover);
    expect(log).toMatch(/"GET \/upstream\/author\/some HTTP\/1.1" 200 13 "node"/);
    expect(log).toMatch(/"GET \/upstream\/nobody\/ HTTP\/1.1" 404 [1-9]\d+ "node"/);
  });
});

function proxyLog({ logs }: HttpHarness): string {
  return Buffer.from(logs.proxy.history()).toString();
}
