import { connect } from 'node:net';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTE_SCOPES } from '../../src/access/route-scopes.js';
import { NeededScope } from '../../src/access/scope-check.js';
import { RouteTable } from '../../src/http/route-table.js';
import { startWhole, WholeDrover } from '../support/whole-drover.js';

/** Everything that answers strangers. Anything else has to be a decision of its own. */
const PUBLIC = [
  'GET /',
  'GET /favicon.ico',
  'GET /health',
  'GET /livez',
  'GET /readyz',
  'GET /startupz',
  'GET /ui',
  'GET /ui/assets/*',
  'GET /ui/icons/*',
  'GET /ui/login',
  'GET /ui/manifest.webmanifest',
  'GET /wol-health',
];

/** The keys of the test and the rights that they have in the end. */
const ROLES: Readonly<Record<string, readonly NeededScope[]>> = {
  asks: ['any', 'inference'],
  reads: ['any', 'read'],
  operates: ['any', 'read', 'operate'],
  administers: ['any', 'inference', 'read', 'operate', 'admin'],
  plain: ['any', 'inference', 'read', 'operate', 'admin'],
};

/** Routes that are not asked by GET and change nothing. Anything else has to be refused to foreign pages. */
const CHANGES_NOTHING = ['POST /api/v1/plan'];

/** A browser sends these by itself, with the credentials that it remembers, for any page that asks it to. */
const FOREIGN_PAGE = {
  authorization: `Basic ${Buffer.from(':plain').toString('base64')}`,
  'sec-fetch-site': 'cross-site',
};

/** Paths that no controller serves. */
const PASSING: readonly (readonly [route: string, needed: NeededScope])[] = [
  ['GET /upstream/m/health', 'operate'],
  ['POST /upstream/m/v1/chat/completions', 'inference'],
  ['POST /upstream/m/v1/other', 'operate'],
  ['DELETE /upstream/m/v1/models', 'operate'],
  ['GET /upstream/m/slots', 'read'],
  ['GET /comfyui/', 'operate'],
];

let drover: WholeDrover;
let routes: readonly string[];

beforeAll(async () => {
  drover = await startWhole((folder) => ({
    models: { m: { cmd: folder.fakeServer('m') }, comfyui_auto: { cmd: folder.fakeServer('c') } },
    apiKeys: [
      'plain',
      { name: 'a', key: 'asks', scopes: ['inference'] },
      { name: 'r', key: 'reads', scopes: ['read'] },
      { name: 'o', key: 'operates', scopes: ['operate'] },
      { name: 'x', key: 'administers', scopes: ['admin'] },
      { name: 'nothing', key: 'nothing', scopes: [] },
      { name: 'ended', key: 'ended', scopes: ['admin'], expires: '2020-01-01T00:00:00Z' },
    ],
  }));
  routes = drover.app
    .get(RouteTable)
    .routes()
    .filter(({ method }) => method !== 'OPTIONS')
    .map(({ method, url }) => `${method} ${url}`);
});

afterAll(() => drover[Symbol.asyncDispose]());

/** Status and error code of the answer's head; bodies without end are not waited for. */
async function ask(
  route: string,
  key: string | null | Record<string, string>,
): Promise<readonly [number, string | null]> {
  const [method = '', pattern = ''] = route.split(' ');
  const url = new URL(pattern.replace(/:\w+/, 'none').replace(/\*$/, 'none'), drover.url);
  const leaving = new AbortController();
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    signal: leaving.signal,
    headers: typeof key === 'string' ? { authorization: `Bearer ${key}` } : (key ?? {}),
  });
  const isRefusal = answer.status === 401 || answer.status === 403;
  const text = isRefusal && method !== 'HEAD' ? await answer.text() : '';
  leaving.abort();
  const error = text.startsWith('{') ? (JSON.parse(text) as ErrorBody).error.code : null;
  return [answer.status, error];
}

interface ErrorBody {
  readonly error: { readonly code: string };
}

function neededBy(route: string): NeededScope | undefined {
  return ROUTE_SCOPES.get(route.replace(/^HEAD /, 'GET '));
}

const isPublic = (route: string): boolean => PUBLIC.includes(route.replace(/^HEAD /, 'GET '));

describe('every route of the running program', () => {
  it('has a rule, or is public on purpose', () => {
    const unruled = routes.filter((route) => !isPublic(route) && !neededBy(route));
    expect(unruled).toEqual([]);
    expect([...ROUTE_SCOPES.keys()].filter((route) => !routes.includes(route))).toEqual([]);
    expect(PUBLIC.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('answers a stranger only when it is public', { timeout: 60_000 }, async () => {
    for (const route of routes) {
      const [status] = await ask(route, null);
      expect([route, status === 401]).toEqual([route, !isPublic(route)]);
    }
  });

  it('refuses a key that has ended, and one that is wrong', { timeout: 60_000 }, async () => {
    for (const route of routes.filter((name) => !isPublic(name) && !name.startsWith('HEAD'))) {
      expect([route, ...(await ask(route, 'ended'))]).toEqual([route, 401, 'key_expired']);
      expect([route, ...(await ask(route, 'wrong'))]).toEqual([route, 401, 'unauthorized']);
      expect([route, ...(await ask(route, 'nothing'))]).toEqual([route, 403, 'insufficient_scope']);
    }
  });

  it.each(Object.entries(ROLES))('lets %s do what it may, and nothing else', async (key, may) => {
    for (const route of routes.filter((name) => !isPublic(name))) {
      const [status] = await ask(route, key);
      expect([route, status === 403]).toEqual([route, !may.includes(neededBy(route)!)]);
      expect([route, status]).not.toEqual([route, 401]);
    }
  });
});

/** Whether a route changes what runs, other than by asking a model. */
function changes(route: string): boolean {
  if (/^(?:GET|HEAD) /.test(route)) return route === 'GET /unload';
  return neededBy(route) !== 'inference' && !CHANGES_NOTHING.includes(route);
}

describe('a page of another origin', () => {
  it('changes nothing by any route, whatever its browser remembers', async () => {
    const changing = routes.filter(changes);
    expect(changing.length).toBeGreaterThan(10);
    for (const route of [...changing, 'POST /upstream/m/v1/other', 'DELETE /upstream/m/x']) {
      expect([route, ...(await ask(route, FOREIGN_PAGE))]).toEqual([route, 403, 'forbidden']);
    }
  });
});

describe('what passes through', () => {
  it.each(PASSING)('%s needs %s', async (route, needed) => {
    expect((await ask(route, null))[0]).toBe(401);
    for (const [key, may] of Object.entries(ROLES)) {
      const [, code] = await ask(route, key);
      const isRefused = !may.includes(needed);
      expect([key, code]).toEqual([key, isRefused ? 'insufficient_scope' : null]);
    }
  });
});

describe('sockets', () => {
  it.each(Object.entries(ROLES))('lets %s have live figures: %j', async (key, may) => {
    const socket = io(drover.url.href, {
      auth: { token: key },
      transports: ['websocket'],
      reconnection: false,
    });
    const isLetIn = await new Promise<boolean>((resolve) => {
      socket.on('connect', () => resolve(true));
      socket.on('connect_error', () => resolve(false));
    });
    socket.close();
    expect(isLetIn).toBe(may.includes('read'));
  });

  it.each([
    ['', 401],
    ['Authorization: Bearer asks\r\n', 403],
    ['Authorization: Bearer reads\r\n', 403],
  ])('opens no websocket to a model with %j', async (header, status) => {
    const { hostname, port, host } = drover.url;
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /upstream/m/ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${header}\r\n`,
    );
    const [data] = (await new Promise<Buffer[]>((resolve) =>
      socket.once('data', (...pieces: Buffer[]) => resolve(pieces)),
    )) as [Buffer];
    socket.destroy();
    expect(data.toString()).toContain(`HTTP/1.1 ${status} `);
  });
});
