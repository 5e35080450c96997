import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouteTable } from '../../src/http/route-table.js';
import { INFERENCE_ROUTES } from '../../src/inference/inference-routes.js';
import { ApiChecker, ApiDescription } from '../support/api-description.js';
import { startWhole, WholeDrover } from '../support/whole-drover.js';

type Call = readonly [method: string, path: string, url: string, status: number, body?: object];

/** Calls whose answers are checked; between them they cover every route that answers with JSON. */
const CALLS: readonly Call[] = [
  ['get', '/api/version', '/api/version', 200],
  ['get', '/api/openapi.json', '/api/openapi.json', 200],
  ['get', '/v1/models', '/v1/models', 200],
  ['get', '/models', '/models', 200],
  ['get', '/v1/models/{name}', '/v1/models/a', 200],
  ['get', '/v1/models/{name}', '/v1/models/none', 404],
  ['get', '/running', '/running', 200],
  ['post', '/api/models/load/{name}', '/api/models/load/a', 200],
  ['post', '/api/models/load/{name}', '/api/models/load/none', 404],
  ['get', '/running', '/running', 200],
  ['get', '/api/profiles', '/api/profiles', 200],
  ['put', '/api/profiles/active', '/api/profiles/active', 200, { name: 'p' }],
  ['put', '/api/profiles/active', '/api/profiles/active', 404, { name: 'none' }],
  ['post', '/v1/messages', '/v1/messages', 404, { model: 'none' }],
  ['get', '/v1/audio/voices', '/v1/audio/voices', 404],
  ['post', '/api/inflight/{id}/cancel', '/api/inflight/99/cancel', 404],
  ['get', '/api/metrics/activity', '/api/metrics/activity', 200],
  ['get', '/api/metrics/activity', '/api/metrics/activity?limit=0', 400],
  ['get', '/api/metrics/stats', '/api/metrics/stats', 200],
  ['get', '/api/captures/{id}', '/api/captures/1', 200],
  ['get', '/api/captures/{id}', '/api/captures/99', 404],
  ['get', '/api/performance', '/api/performance', 200],
  ['get', '/api/hardware', '/api/hardware', 200],
  ['post', '/api/config/reload', '/api/config/reload', 200],
  ['get', '/api/config/status', '/api/config/status', 200],
  ['get', '/api/v1/activity', '/api/v1/activity', 200],
  ['get', '/api/v1/activity/aggregate', '/api/v1/activity/aggregate', 200],
  ['get', '/api/v1/performance', '/api/v1/performance', 200],
  ['get', '/api/v1/queue', '/api/v1/queue', 200],
  ['post', '/api/v1/queue/{model}/prefer', '/api/v1/queue/a/prefer', 404],
  ['get', '/api/v1/models', '/api/v1/models', 200],
  ['get', '/api/v1/audit', '/api/v1/audit?limit=10', 200],
  ['get', '/api/v1/audit', '/api/v1/audit?limit=0', 400],
  ['get', '/api/v1/peers', '/api/v1/peers', 200],
  ['get', '/api/v1/plugins', '/api/v1/plugins', 200],
  ['get', '/api/v1/plan/pairs', '/api/v1/plan/pairs', 200],
  ['post', '/api/v1/llama/discover', '/api/v1/llama/discover', 200, {}],
  ['get', '/api/v1/prometheus/targets', '/api/v1/prometheus/targets', 200],
  ['get', '/api/v1/memory', '/api/v1/memory', 200],
  ['get', '/api/v1/memory/history', '/api/v1/memory/history?max_points=10', 200],
  ['get', '/api/v1/memory/history', '/api/v1/memory/history?max_points=0', 400],
  ['get', '/api/v1/swaps', '/api/v1/swaps', 200],
  ['post', '/api/v1/plan', '/api/v1/plan', 200, { request: 'b' }],
  ['post', '/api/v1/plan', '/api/v1/plan', 400, {}],
  ['get', '/api/v1/timeline', '/api/v1/timeline', 200],
  ['get', '/api/v1/llama/status', '/api/v1/llama/status', 200],
  ['get', '/api/v1/llama/models', '/api/v1/llama/models', 200],
  ['post', '/api/v1/llama/models', '/api/v1/llama/models', 201, server('x')],
  ['post', '/api/v1/llama/discover', '/api/v1/llama/discover', 200, {}],
  ['delete', '/api/v1/llama/models/{name}', '/api/v1/llama/models/x', 200],
  ['post', '/api/v1/llama/models/{name}/polling', '/api/v1/llama/models/a/polling', 200, {}],
  ['get', '/api/v1/llama/models/{name}/metrics', '/api/v1/llama/models/a/metrics', 200],
  ['post', '/api/v1/llama/models/{name}/start', '/api/v1/llama/models/a/start', 200],
  ['post', '/api/v1/llama/models/{name}/stop', '/api/v1/llama/models/a/stop', 200],
  ['post', '/api/v1/llama/models/{name}/stop', '/api/v1/llama/models/a/stop', 200],
  ['post', '/api/v1/llama/models/{name}/start', '/api/v1/llama/models/a/start', 202],
  ['post', '/api/models/unload', '/api/models/unload', 200],
];

/** Routes that answer with JSON only when there is something that these tests have no use for. */
const NOT_CALLED = [
  'post /api/inflight/{id}/cancel',
  'post /api/v1/queue/{model}/prefer',
  'get /startupz',
];

function server(modelName: string): object {
  return { modelName, host: '127.0.0.1', port: 9 };
}

let drover: WholeDrover;
let description: ApiDescription;
let checker: ApiChecker;

async function call(method: string, url: string, body?: object): Promise<Response> {
  const init = body && { body: JSON.stringify(body), headers: JSON_BODY };
  return fetch(new URL(url, drover.url), { method: method.toUpperCase(), ...init });
}

const JSON_BODY = { 'content-type': 'application/json' };

beforeAll(async () => {
  drover = await startWhole((folder) => ({
    performance: { every: '5s' },
    models: {
      a: {
        cmd: folder.fakeServer('a'),
        aliases: ['also-a'],
        metadata: { tier: 'fast' },
        capabilities: { in: ['text', 'image'], out: ['text'], tools: true, context: 4096 },
      },
      b: { cmd: folder.fakeServer('b') },
    },
    peers: { far: { proxy: 'http://127.0.0.1:9', models: ['c'] } },
    selectors: { s: { strategy: 'pin', targets: ['a'] } },
    profiles: { p: { pins: { gpt: 'a' } } },
  }));
  description = (await (await call('get', '/api/openapi.json')).json()) as ApiDescription;
  checker = new ApiChecker(description);
  for (const model of ['a', 'b']) {
    const body = { model, messages: [] };
    await (await call('post', '/v1/chat/completions', body)).text();
  }
  await call('post', '/v1/chat/completions', { model: 'far/c' });
});

afterAll(() => drover[Symbol.asyncDispose]());

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(
      structuredClone(description) as object as Record<string, unknown>,
    );
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('shows examples that are true, of what clients send and get first', () => {
    const { schemas } = description.components;
    for (const name of ['Error', 'ModelRequest', 'ModelList', 'Running']) {
      expect(schemas[name]!['examples']).toHaveLength(1);
    }
    expect(checker.exampleProblems()).toEqual([]);
  });

  it('says what parameters may hold', () => {
    const { parameters } = description.paths['/api/metrics/activity']!['get']!;
    const schemas = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
    expect(schemas).toMatchObject({
      model: { type: 'array' },
      start: { format: 'date-time' },
      limit: { type: 'integer', minimum: 1, maximum: 999, default: 25 },
      order: { enum: ['asc', 'desc'] },
    });
    const [model] = description.paths['/props']!['get']!.parameters;
    expect(model).toMatchObject({ name: 'model', in: 'query', required: true });
  });

  it('names the refusals of each kind of route', () => {
    expect(refusals('get', '/health')).toEqual(['default']);
    expect(refusals('get', '/running')).toEqual(['401', '403', 'default']);
    expect(refusals('get', '/api/captures/{id}')).toEqual(['401', '403', '404', 'default']);
    expect(refusals('post', '/v1/chat/completions')).toEqual(
      expect.arrayContaining(['401', '404', '429', '502', '503', '504', 'default']),
    );
  });

  it('describes every route of the server, and no others', () => {
    const registered = drover.app
      .get(RouteTable)
      .routes()
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => `${method.toLowerCase()} ${templateOf(url)}`);
    const described = operations()
      .map(([method, path]) => `${method} ${path}`)
      .filter((route) => !/ \/(?:upstream|comfyui)\b/.test(route));
    expect(described.toSorted()).toEqual([...new Set(registered)].toSorted());
  });

  it('says of every route what it is for and what it answers', () => {
    const silent = operations().filter(([, , { summary, responses }]) => {
      const [[status, first] = ['', {}]] = Object.entries(responses);
      return summary === '' || (Number(status) < 300 && !first.content);
    });
    expect(silent.map(([method, path]) => `${method} ${path}`)).toEqual([]);
  });

  it('gives every answer in JSON a schema that says something', () => {
    const open = operations().filter(([, path, { responses }]) => {
      const schema = responses['200']?.content?.['application/json']?.schema;
      const isTold = schema && ('$ref' in schema || 'properties' in schema || 'anyOf' in schema);
      return schema && !isTold && !INFERENCE_PATHS.has(path);
    });
    expect(open.map(([method, path]) => `${method} ${path}`)).toEqual(['get /api/openapi.json']);
  });

  it('is checked against an answer of every route that answers with JSON', () => {
    const called = new Set(CALLS.filter(([, , , s]) => s < 300).map(([m, p]) => `${m} ${p}`));
    const missing = operations()
      .filter(([, path, { responses }]) => {
        const [first] = Object.values(responses);
        return first?.content?.['application/json'] !== undefined && !INFERENCE_PATHS.has(path);
      })
      .map(([method, path]) => `${method} ${path}`)
      .filter((route) => !called.has(route) && !NOT_CALLED.includes(route));
    expect(missing).toEqual([]);
  });
});

describe('a real answer is as described', () => {
  for (const [method, path, url, status, body] of CALLS) {
    it(`${method} ${path} by ${url}: ${status}`, async () => {
      const answer = await call(method, url, body);
      expect(answer.status).toBe(status);
      const described = { method, path, status, body: await answer.json() };
      expect(checker.problems(described)).toEqual([]);
    });
  }
});

/** Statuses of the refusals that an operation names. */
function refusals(method: string, path: string): string[] {
  const { responses } = description.paths[path]![method]!;
  return Object.keys(responses).filter((status) => status >= '4');
}

function operations() {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
  );
}

const INFERENCE_PATHS = new Set(INFERENCE_ROUTES.map(({ path }) => path));

/** `/api/captures/:id` and `/ui/*` as the description writes them. */
function templateOf(url: string): string {
  return url.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{name}');
}
