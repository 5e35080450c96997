import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#lib/foundation';
import { INFERENCE_ROUTES } from '../../src/inference/inference-routes.js';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly 'x-drover-right'?: string;
  readonly parameters: readonly { readonly name: string }[];
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: {
      readonly Error: {
        readonly properties: {
          readonly error: { readonly properties: { readonly code: { readonly enum: string[] } } };
        };
      };
    };
  };
}

interface RouteCase {
  readonly method: string;
  readonly path: string;
  readonly auth: boolean;
}

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/http/routes.json'), 'utf8'),
) as RouteCase[];

const OURS =
  /^\/(?:api\/(?:profiles|inflight|events|captures|version|models)|v1\/models|models$|running|unload|health|wol-health|logs)/;

let drover: HttpHarness;
let document: Document;

beforeAll(async () => {
  drover = await startHttp(fakeConfig([fakeModel('m')], { apiKeys: ['key'] }));
  const headers = { authorization: 'Bearer key' };
  const answer = await fetch(`${drover.url}/api/openapi.json`, { headers });
  document = (await answer.json()) as Document;
});

afterAll(() => drover.app.close());

const rightOf = (path: string, method: string): unknown =>
  document.paths[path]![method]!['x-drover-right'];

describe('the description of the API', () => {
  it('is OpenAPI 3.1 with an operation for every inference route', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const { method, path } of INFERENCE_ROUTES) {
      expect(document.paths[path]).toHaveProperty(method.toLowerCase());
    }
  });

  it('gives each operation an id of its own', () => {
    const ids = Object.values(document.paths)
      .flatMap((path) => Object.values(path))
      .map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names what is variable in a path, and which routes need no key', () => {
    expect(document.paths['/api/inflight/{id}/cancel']!['post']).toMatchObject({
      parameters: [{ name: 'id', in: 'path', required: true }],
    });
    expect(document.paths['/health']!['get']!.security).toEqual([]);
    expect(document.paths['/api/events']!['get']!.security).toBeUndefined();
  });

  it('says which right each operation needs', () => {
    expect(rightOf('/v1/chat/completions', 'post')).toBe('inference');
    expect(rightOf('/running', 'get')).toBe('read');
    expect(rightOf('/api/models/load/{name}', 'post')).toBe('operate');
    expect(rightOf('/api/captures/{id}', 'get')).toBe('admin');
    expect(rightOf('/v1/models', 'get')).toBe('any');
    expect(rightOf('/health', 'get')).toBeUndefined();
  });

  it('lists every error code that a client may get', () => {
    const { code } = document.components.schemas.Error.properties.error.properties;
    const codes = Object.values(ERROR_CODES).map(({ clientCode }) => clientCode);
    expect(code.enum.toSorted()).toEqual([...new Set(codes)].toSorted());
  });
});

describe('routes', () => {
  const inference = new Set(INFERENCE_ROUTES.map(({ method, path }) => `${method} ${path}`));
  const served = CASES.filter(
    ({ method, path }) => OURS.test(path) || inference.has(`${method} ${path}`),
  );

  it.each(served)('$method $path asks for a key: $auth', async ({ method, path, auth }) => {
    const url = drover.url + path.replaceAll(/\{[^}]*\}/g, 'x');
    const answer = await fetch(url, { method, redirect: 'manual' });
    expect(answer.status === 401).toBe(auth);
    await answer.body?.cancel();
  });

  it('covers the routes of the reference that are served here', () => {
    expect(served.length).toBeGreaterThan(40);
  });
});
