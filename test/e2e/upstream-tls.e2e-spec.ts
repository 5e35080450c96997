import { once } from 'node:events';
import { createServer, IncomingMessage, request, Server, ServerResponse } from 'node:http';
import { createSecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo, connect, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PeerConfig } from '#lib/config';
import { TestAuthority } from '../support/certificates.js';
import { DroverFolder } from '../support/drover-folder.js';
import { fakeConfig, fakePeer } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

const CHAT = '/v1/chat/completions';

let authority: TestAuthority;
let plain: TlsServer;
let h2: TlsServer;
let wrong: TlsServer;
let drover: HttpHarness | null = null;
const proxies: Server[] = [];

/** Tells what has arrived and how. */
function echo(incoming: IncomingMessage | Http2ServerRequest): string {
  const { method, url, httpVersion, headers } = incoming;
  return JSON.stringify({ method, url, httpVersion, headers });
}

function answerEcho(incoming: IncomingMessage, response: ServerResponse): void {
  incoming.resume().on('end', () => response.end(echo(incoming)));
}

async function listen<Listener extends Server | TlsServer>(server: Listener): Promise<Listener> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server | TlsServer): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  authority = new TestAuthority();
  const good = authority.sign('DNS:localhost,IP:127.0.0.1');
  plain = await listen(createTlsServer(good, answerEcho));
  plain.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
    );
    socket.write(`X-Url: ${incoming.url}\r\n\r\n`);
    socket.pipe(socket);
  });
  wrong = await listen(createTlsServer(authority.sign('DNS:elsewhere'), answerEcho));
  const server = createSecureServer(
    { ...good, allowHTTP1: true },
    (incoming: Http2ServerRequest, response: Http2ServerResponse) => {
      if (incoming.url.startsWith('/v1/messages')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
        setImmediate(() => response.stream.close(2));
        return;
      }
      incoming.resume().on('end', () => response.end(echo(incoming)));
    },
  );
  h2 = await listen(server);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await drover?.app.close();
  drover = null;
  for (const proxy of proxies.splice(0)) {
    proxy.closeAllConnections();
    proxy.close();
  }
});

afterAll(() => {
  for (const server of [plain, h2, wrong]) server.close();
  authority[Symbol.dispose]();
});

async function start(proxy: string, tls: Partial<PeerConfig['tls']> = {}): Promise<void> {
  const peer = { models: ['far'], proxy, tls: { caFile: '', insecure: false, ...tls } };
  drover = await startHttp(fakeConfig([], { peers: new Map([['p', fakePeer('p', peer)]]) }));
}

interface Arrival {
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string>>;
}

const HEADERS = { 'content-type': 'application/json' };
const ASKED = { method: 'POST', headers: HEADERS, body: '{"model":"p/far"}' };

function ask(path: string): Promise<Response> {
  return fetch(drover!.url + path, ASKED);
}

async function arrival(path = CHAT): Promise<Arrival> {
  const answer = await ask(path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Arrival;
}

const WAYS = [CHAT, `/upstream/p/far${CHAT}`];

describe('an upstream with TLS', () => {
  it.each(WAYS)('is trusted by the authority that the peer names: %s', async (path) => {
    await start(`https://localhost:${portOf(plain)}/base`, { caFile: authority.file });
    const { url, headers } = await arrival(path);
    expect([url, headers['host']]).toEqual([`/base${CHAT}`, `localhost:${portOf(plain)}`]);
  });

  it.each(WAYS)('may be named by its address: %s', async (path) => {
    await start(`https://127.0.0.1:${portOf(plain)}`, { caFile: authority.file });
    expect((await arrival(path)).url).toBe(CHAT);
  });

  it.each(WAYS)('is not trusted by default: %s', async (path) => {
    await start(`https://localhost:${portOf(plain)}`);
    const answer = await ask(path);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toMatch(/peer \\"p\\" failed \((?:UNABLE_TO|SELF_SIGNED|DEPTH)/);
  });

  it.each(WAYS)('is not trusted under another name: %s', async (path) => {
    await start(`https://localhost:${portOf(wrong)}`, { caFile: authority.file });
    const answer = await ask(path);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it.each(WAYS)('is taken whatever it shows where that is wanted: %s', async (path) => {
    await start(`https://localhost:${portOf(wrong)}`, { insecure: true });
    expect((await arrival(path)).url).toBe(CHAT);
  });

  it('passes websockets', async () => {
    await start(`https://localhost:${portOf(plain)}`, { caFile: authority.file });
    const asking = request(new URL('/upstream/p/far/ws', drover!.url), {
      headers: { connection: 'Upgrade', upgrade: 'websocket' },
    });
    asking.end();
    const [answer, socket] = (await once(asking, 'upgrade')) as [IncomingMessage, Socket];
    expect(answer.headers['x-url']).toBe('/ws');
    const data = once(socket, 'data');
    socket.write('hi');
    expect(String((await data)[0])).toBe('hi');
    socket.destroy();
  });

  it.each(WAYS)('is a local model under its own name, whatever Host comes: %s', async (path) => {
    await using folder = new DroverFolder();
    const server = await listen(createTlsServer(authority.sign('DNS:localhost'), answerEcho));
    const proxy = `https://localhost:${portOf(server)}`;
    folder.configure(
      'models:',
      `  p/far: {cmd: sleep 600, proxy: "${proxy}", checkEndpoint: /ready}`,
    );
    // Read when a program starts, which is why this takes one of its own.
    const env = { NODE_EXTRA_CA_CERTS: authority.file };
    const base = await folder.start([], { env }).listening();
    const answer = await fetch(new URL(path, base), ASKED);
    const { url, headers } = (await answer.json()) as Arrival;
    expect([answer.status, url, headers['host']]).toEqual([200, CHAT, base.host]);
    server.closeAllConnections();
    server.close();
  });
});

describe('an upstream that speaks HTTP/2', () => {
  it('is spoken to so, with one connection for many requests', async () => {
    const sessions = new Set<unknown>();
    h2.on('session', (session) => sessions.add(session));
    await start(`https://localhost:${portOf(h2)}`, { caFile: authority.file });
    const first = await arrival();
    expect(first.httpVersion).toBe('2.0');
    expect(first.headers[':authority']).toBe(`localhost:${portOf(h2)}`);
    const all = await Promise.all(Array.from({ length: 10 }, () => arrival()));
    expect(new Set(all.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['2.0']));
    h2.removeAllListeners('session');
    expect(sessions.size).toBeLessThanOrEqual(2);
  });

  it('is spoken to in HTTP/1.1 through /upstream', async () => {
    await start(`https://localhost:${portOf(h2)}`, { caFile: authority.file });
    expect((await arrival(WAYS[1])).httpVersion).toBe('1.1');
  });

  it('ends a stream that it breaks off with an error event', async () => {
    await start(`https://localhost:${portOf(h2)}`, { caFile: authority.file });
    const answer = await ask('/v1/messages');
    const text = await answer.text();
    expect(text).toMatch(/^data: 1\n\nevent: error\ndata: \{.*"upstream_broken".*\}\n\n$/);
  });
});

/** A proxy as companies have them, which notes what it is asked for. */
async function startProxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    response.end(JSON.stringify({ url: incoming.url, httpVersion: 'proxied', headers: {} }));
  });
  proxy.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    const onward = connect(Number(incoming.url!.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) {
      end.on('error', () => end.destroy());
      end.on('close', () => (end === socket ? onward : socket).destroy());
    }
  });
  proxies.push(await listen(proxy));
  return { url: `http://127.0.0.1:${portOf(proxy)}`, asked };
}

describe('the proxy of the environment', () => {
  it.each(WAYS)('is asked for a peer without TLS: %s', async (path) => {
    const proxy = await startProxy();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    await start('http://peer.example:81/base');
    expect((await arrival(path)).httpVersion).toBe('proxied');
    expect(proxy.asked).toEqual([`POST http://peer.example:81/base${CHAT}`]);
  });

  it.each(WAYS)('is asked for a tunnel to a peer with TLS: %s', async (path) => {
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    await start(`https://elsewhere:${portOf(wrong)}`, { caFile: authority.file });
    const { url, headers } = await arrival(path);
    expect([url, headers['host']]).toEqual([CHAT, `elsewhere:${portOf(wrong)}`]);
    expect(proxy.asked).toEqual([`CONNECT elsewhere:${portOf(wrong)}`]);
  });

  it.each(WAYS)('is not asked for this machine: %s', async (path) => {
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    await start(`https://localhost:${portOf(plain)}`, { caFile: authority.file });
    expect((await arrival(path)).url).toBe(CHAT);
    expect(proxy.asked).toEqual([]);
  });

  it.each(WAYS)('that is not there is a failure of the peer: %s', async (path) => {
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    await start('http://peer.example');
    const answer = await ask(path);
    expect([answer.status, await answer.text()]).toEqual([
      502,
      expect.stringContaining('peer proxy error: peer \\"p\\"'),
    ]);
  });
});
