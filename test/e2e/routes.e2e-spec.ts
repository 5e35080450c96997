import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverProcess, startDrover } from '../support/drover-process.js';
import { freePort } from '../support/process-rig.js';

/** One line of the published table of routes. */
interface RouteCase {
  readonly method: string;
  readonly path: string;
  readonly auth: boolean;
  readonly category: string;
}

const ROUTES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/http/routes.json'), 'utf8'),
) as readonly RouteCase[];

const KEY = { authorization: 'Bearer right' };

/** Values for the variable parts of paths. */
const VALUES: Readonly<Record<string, string>> = {
  'logMonitorID...': 'proxy',
  'file...': 'index.html',
  'upstreamPath...': 'm/health',
  'comfyPath...': '',
  'model...': 'm',
  'any...': 'anything',
  id: '1',
};

/** Statuses of the routes that do not simply succeed on a server that has just started. */
const STATUSES: Readonly<Record<string, readonly number[]>> = {
  'GET /': [302],
  'GET /ui': [307],
  'GET /upstream': [302],
  'ANY /comfyui': [301],
  'PUT /api/profiles/active': [400],
  'POST /api/inflight/{id}/cancel': [404],
  'POST /api/v1/queue/{model}/prefer': [404],
  'GET /api/captures/{id}': [404],
  'OPTIONS /{any...}': [204],
  // Depends on whether the web UI was built.
  'GET /favicon.ico': [200, 404],
  'GET /ui/{file...}': [200, 404],
  // Depends on what the machine tells about itself.
  'GET /api/hardware': [200, 503],
};

const isInference = ({ category }: RouteCase): boolean => category.startsWith('inference');
const named = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);
const inference = named.filter(([, route]) => isInference(route));
const others = named.filter(([, route]) => !isInference(route));
const single = named.filter(
  ([, { method, path }]) => method !== 'ANY' && method !== 'OPTIONS' && !/\{|upstream/.test(path),
);

describe('every route', () => {
  let drover: DroverProcess;
  let base: URL;
  const folder = mkdtempSync(join(tmpdir(), 'drover-routes-'));

  beforeAll(async () => {
    const server = join(import.meta.dirname, '../support/fake-server.mjs');
    const cmd = `${process.execPath} ${server} --port \${PORT}`;
    const config = join(folder, 'config.yaml');
    const models = { m: { cmd }, comfyui_auto: { cmd } };
    writeFileSync(
      config,
      JSON.stringify({ startPort: await freePort(), models, apiKeys: ['right'] }),
    );
    drover = startDrover(['-config', config, '-listen', '127.0.0.1:0']);
    base = await drover.listening();
  });

  afterAll(async () => {
    drover.signal('SIGTERM');
    await drover.end();
    rmSync(folder, { recursive: true });
  });

  /** Asks for the head of an answer; bodies without end are not waited for. */
  async function ask({ method, path }: RouteCase, init: RequestInit = {}): Promise<Response> {
    const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => VALUES[name] ?? name);
    const verb = method === 'ANY' ? 'GET' : method;
    return fetch(new URL(filled, base), { method: verb, redirect: 'manual', ...init });
  }

  it.each(named)('%s asks for a key where it shall', async (_name, route) => {
    const answer = await ask(route);
    await answer.body?.cancel();
    expect(answer.status === 401).toBe(route.auth);
    const challenge = route.auth ? 'Basic realm="llama-swap"' : null;
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
  });

  it.each(single)('%s names itself to whoever comes with another method', async (_name, route) => {
    const answer = await ask({ ...route, method: 'DELETE' }, { headers: KEY });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')?.split(', ')).toContain(route.method);
  });

  it.each(others)('%s answers', { timeout: 30_000 }, async (name, route) => {
    const answer = await ask(route, { headers: KEY });
    await answer.body?.cancel();
    expect(STATUSES[name] ?? [200]).toContain(answer.status);
  });

  it.each(inference)('%s finds its model where it is named', async (_name, route) => {
    const answer = await ask(...request(route, 'm'));
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });

  it.each(inference)('%s says so when it names none', async (_name, route) => {
    const answer = await ask(...request(route, null));
    expect(answer.status).toBe(404);
    expect(await messageOf(answer)).toContain('no model id could be identified');
  });

  it.each(inference)('%s says so when nobody knows its model', async (_name, route) => {
    const answer = await ask(...request(route, 'nobody'));
    expect(answer.status).toBe(404);
    expect(await messageOf(answer)).toContain('no router for requested model "nobody"');
  });
});

/** A request that names a model as the clients of its route do. */
function request(route: RouteCase, model: string | null): [RouteCase, RequestInit] {
  if (route.method === 'GET') {
    const query = model === null ? '' : `?model=${model}`;
    return [{ ...route, path: route.path + query }, { headers: KEY }];
  }
  if (route.category === 'inference-form') {
    const body = new FormData();
    if (model !== null) body.append('model', model);
    body.append('file', new Blob(['sound']), 'a.wav');
    return [route, { body, headers: KEY }];
  }
  const body = JSON.stringify(model === null ? { input: 'x' } : { model, input: 'x' });
  return [route, { body, headers: { ...KEY, 'content-type': 'application/json' } }];
}

async function messageOf(answer: Response): Promise<unknown> {
  const { error } = (await answer.json()) as { error: { message: string } };
  return error.message;
}
