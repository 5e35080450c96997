import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditLog } from '../../src/audit/audit.log.js';
import { AUDITED_ROUTES } from '../../src/audit/audited-routes.js';
import { RouteTable } from '../../src/http/route-table.js';
import { ReloadService } from '../../src/reload/reload.service.js';
import { startWhole, WholeDrover } from '../support/whole-drover.js';

interface Entry {
  readonly who: string;
  readonly what: string;
  readonly target: string | null;
  readonly result: string;
  readonly status: number | null;
  readonly code: string | null;
  readonly requestId: string | null;
}

let drover: WholeDrover;
let file: string;

beforeAll(async () => {
  drover = await startWhole((folder) => {
    file = join(folder.path, 'audit.log');
    return {
      models: { m: { cmd: folder.fakeServer('m') } },
      profiles: { p: { pins: { x: 'm' } } },
      audit: { path: file },
      requestIds: 'always',
      apiKeys: [
        { name: 'root', key: 'k-root', scopes: ['admin'] },
        { name: 'reader', key: 'k-reader', scopes: ['read'] },
        { name: 'asker', key: 'k-asker', models: ['other'] },
      ],
    };
  });
});

afterAll(() => drover[Symbol.asyncDispose]());

async function send(method: string, path: string, key: string, body?: string): Promise<Response> {
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  const answer = await fetch(new URL(path, drover.url), { method, headers, body });
  await answer.text();
  return answer;
}

/** The lines of the file that were added by some actions. */
async function written(act: () => Promise<unknown>): Promise<Entry[]> {
  const log = drover.app.get(AuditLog, { strict: false });
  await log.written();
  const before = lines().length;
  await act();
  // An action is written down when its answer is complete on this side, which the client cannot see.
  await expect.poll(async () => (await log.written(), lines().length)).toBeGreaterThan(before);
  return lines().slice(before);
}

function lines(): Entry[] {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text.split('\n').map((line) => JSON.parse(line) as Entry);
  } catch {
    return [];
  }
}

describe('the audit log', () => {
  it.each([
    ['POST', '/api/models/load/m', 'load', 'm', 200],
    ['POST', '/api/models/load/none', 'load', 'none', 404],
    ['POST', '/api/v1/plan', 'plan', null, 200, '{"request":"m"}'],
    ['PUT', '/api/profiles/active', 'profile', null, 200, '{"name":"p"}'],
    ['GET', '/api/captures/7', 'capture', '7', 404],
    ['POST', '/api/inflight/9/cancel', 'cancel', '9', 404],
    ['POST', '/api/config/reload', 'reload', null, 200],
    ['POST', '/api/models/unload/m', 'unload', 'm', 200],
    ['GET', '/unload', 'unload', null, 200],
    ['GET', '/api/v1/audit?limit=5', 'audit', null, 200],
  ])('has a line for %s %s', async (method, path, what, target, status, body?: string) => {
    let id: string | null = null;
    const [entry] = await written(async () => {
      id = (await send(method, path, 'k-root', body)).headers.get('x-request-id');
    });
    const result = status < 400 ? 'done' : 'failed';
    expect(entry).toMatchObject({ who: 'root', what, target, status, result, requestId: id });
    expect(id).not.toBeNull();
  });

  it.each([
    ['GET', '/unload?x=1', 'k-reader', 'reader', 403, 'insufficient_scope'],
    ['POST', '/upstream/m/any', 'k-reader', 'reader', 403, 'insufficient_scope'],
    ['POST', '/v1/chat/completions', 'k-asker', 'asker', 403, 'model_forbidden'],
    ['GET', '/running', 'k-wrong', '', 401, 'unauthorized'],
  ])('has a line for the refusal of %s %s', async (method, path, key, who, status, code) => {
    const body =
      method === 'POST' ? '{"model":"m","messages":[{"content":"a secret"}]}' : undefined;
    const [entry, ...more] = await written(() => send(method, path, key, body));
    const target = `${method} ${path.replace(/\?.*/, '')}`;
    expect(entry).toMatchObject({ who, what: 'access', target, status, code, result: 'denied' });
    expect(more).toEqual([]);
  });

  it('has a line for a reload that nobody asked for by HTTP', async () => {
    const reload = drover.app.get(ReloadService, { strict: false });
    const [entry] = await written(() => reload.reload('signal'));
    expect(entry).toMatchObject({ who: 'signal', what: 'reload', result: 'done', status: null });
  });

  it('holds neither keys nor what clients said', () => {
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/k-root|k-reader|k-asker|k-wrong|a secret/);
  });

  it('can be read by those who may do everything', async () => {
    const headers = { 'x-api-key': 'k-root' };
    const answer = await fetch(new URL('/api/v1/audit?limit=3', drover.url), { headers });
    const { entries } = (await answer.json()) as { entries: Entry[] };
    expect(entries).toHaveLength(3);
    expect((await send('GET', '/api/v1/audit', 'k-reader')).status).toBe(403);
  });

  it('covers every route that changes something', () => {
    const routes = drover.app.get(RouteTable, { strict: false }).routes();
    const changing = routes
      .filter(({ method, url }) => /POST|PUT|PATCH|DELETE/.test(method) && url.startsWith('/api/'))
      .map(({ method, url }) => `${method} ${url}`);
    expect(changing.filter((route) => !AUDITED_ROUTES.has(route))).toEqual([]);
  });
});
