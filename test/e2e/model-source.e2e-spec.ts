import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

interface RouteCase {
  readonly method: string;
  readonly path: string;
  readonly modelFrom: string;
  readonly category: string;
}

const ROUTES = (
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../fixtures/http/routes.json'), 'utf8'),
  ) as RouteCase[]
).filter(({ category }) => category.startsWith('inference'));

/** Largest body once it is read, bytes. */
const LIMIT = 1024 * 1024;

const POSTS = ROUTES.filter(({ modelFrom }) => modelFrom.startsWith('by Content-Type'));
const GETS = ROUTES.filter(({ modelFrom }) => modelFrom === 'query model');

let drover: HttpHarness;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let body = Buffer.alloc(0);

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      body = Buffer.concat(pieces);
      response.end('answer');
    });
  });
  const models = ['of-body', 'of-query'].map((id) => fakeModel(id, { proxy: upstream.url }));
  drover = await startHttp(fakeConfig(models, { bodyLimitBytes: LIMIT }));
});

afterAll(async () => {
  await drover.app.close();
  upstream.server.closeAllConnections();
  upstream.server.close();
});

/** The model that a request reaches, or the code of the error. */
async function reached(path: string, init: RequestInit): Promise<string> {
  drover.router.seen.length = 0;
  const answer = await fetch(drover.url + path, init);
  if (answer.ok) {
    await answer.text();
    return drover.router.seen[0]!.replace('acquire ', '');
  }
  return ((await answer.json()) as { error: { code: string } }).error.code;
}

function post(
  type: string | null,
  content: string | FormData | Uint8Array<ArrayBuffer>,
  more = {},
) {
  const headers = { ...(type === null ? {} : { 'content-type': type }), ...more };
  return { method: 'POST', headers, body: content };
}

function form(model: string | null): FormData {
  const data = new FormData();
  data.append('file', new Blob(['\u0000bytes']), 'a.wav');
  if (model !== null) data.append('model', model);
  return data;
}

const URLENCODED = 'application/x-www-form-urlencoded';

it('the table of routes is covered', () => {
  expect(POSTS.length + GETS.length).toBe(ROUTES.length);
});

describe.each(POSTS)('POST $path', ({ path }) => {
  it('takes the model of a JSON body', async () => {
    const init = post('application/json', '{"model":"of-body"}');
    expect(await reached(`${path}?model=of-query`, init)).toBe('of-body');
    expect(await reached(path, post('Application/JSON;charset=utf-8', '{"model":"of-body"}'))).toBe(
      'of-body',
    );
  });

  it('does not take the query for a JSON body without a model', async () => {
    const init = post('application/json', '{"input":1}');
    expect(await reached(`${path}?model=of-query`, init)).toBe('model_required');
  });

  it('takes the model of a multipart form, else of the query', async () => {
    expect(await reached(`${path}?model=of-query`, post(null, form('of-body')))).toBe('of-body');
    expect(await reached(`${path}?model=of-query`, post(null, form(null)))).toBe('of-query');
    expect(await reached(path, post(null, form(null)))).toBe('model_required');
  });

  it('takes the model of an urlencoded form, else of the query', async () => {
    const init = post(URLENCODED, 'a=b&model=of-body');
    expect(await reached(`${path}?model=of-query`, init)).toBe('of-body');
    expect(await reached(`${path}?model=of-query`, post(URLENCODED, 'a=b'))).toBe('of-query');
  });

  it('takes the query for any other body, and hands the body on as it is', async () => {
    const init = post('application/octet-stream', 'anything');
    expect(await reached(`${path}?model=of-query`, init)).toBe('of-query');
    expect(body.toString()).toBe('anything');
    expect(await reached(path, init)).toBe('model_required');
  });
});

describe.each(GETS)('GET $path', ({ path }) => {
  it('takes the model of the query', async () => {
    drover.router.states.set('of-query', 'ready');
    const headers = { 'content-type': 'application/json' };
    expect(await fetch(`${drover.url}${path}?model=of-query`, { headers })).toMatchObject({
      status: 200,
    });
    expect(await reached(path, {})).toBe('model_required');
    expect(await reached(`${path}?model=nobody`, {})).toBe('model_not_found');
  });
});

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);

describe('a compressed body', () => {
  const text = Buffer.from('{"model":"of-body","prompt":"ü"}');

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['GZIP', gzipSync(text)],
    ['identity', text],
    ['of-our-own', text],
  ])('in %s is read and handed on plain', async (coding, sent) => {
    const init = post('application/json', bytes(sent), { 'content-encoding': coding });
    expect(await reached('/v1/chat/completions', init)).toBe('of-body');
    expect(body.toString()).toBe(text.toString());
  });

  it.each([
    ['gzip', Buffer.from('no gzip'), 'bad_request'],
    ['gzip', gzipSync(text).subarray(0, 20), 'bad_request'],
    ['br', Buffer.from([0xff, 0xff, 0xff]), 'bad_request'],
    ['gzip', gzipSync(Buffer.alloc(LIMIT + 1)), 'body_too_large'],
  ])('in %s that cannot be read is refused', async (coding, sent, code) => {
    const init = post('application/json', bytes(sent), { 'content-encoding': coding });
    expect(await reached('/v1/chat/completions', init)).toBe(code);
  });
});
