import { Server } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SelectorConfig } from '#lib/config';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

let drover: HttpHarness;
let upstream: Server;
/** The latest request as the upstream got it. */
let received: { url: string; body: string; coding: string | undefined };

beforeAll(async () => {
  const started = await startUpstream((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const coding = request.headers['content-encoding'];
      received = { url: request.url!, body: Buffer.concat(chunks).toString('latin1'), coding };
      return response.end();
    });
  });
  upstream = started.server;
  const setParamsByID = new Map([['m:hot', { temperature: 1 }]]);
  const filters = { stripParams: ['top_p'], setParams: { seed: 7 }, setParamsByID };
  const model = fakeModel('m', { proxy: started.url, aliases: ['m:hot'], filters });
  const named = fakeModel('n', { proxy: started.url, useModelName: 'real' });
  const texts = { name: '', description: '', unlisted: false, metadata: {}, spillover: 1 };
  const selectors = new Map<string, SelectorConfig>([
    ['pool', { strategy: 'warm', targets: ['m:hot'], ...texts }],
    ['to-n', { strategy: 'pin', targets: ['n'], ...texts }],
  ]);
  const pins = new Map([
    ['llm', 'pool'],
    ['off', ''],
  ]);
  const profiles = new Map([['p', { description: '', pins }]]);
  const config = { selectors, profiles, bodyLimitBytes: 10_000 };
  drover = await startHttp(fakeConfig([model, named], config));
  const body = JSON.stringify({ name: 'p' });
  await fetch(`${drover.url}/api/profiles/active`, { method: 'PUT', body });
});

afterAll(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await drover.app.close();
});

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const PARTS = 'multipart/form-data; boundary=X';
const part = (name: string, value: string): string =>
  `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

async function post(type: string, body: string | Buffer, coding?: string): Promise<Response> {
  const headers = { 'content-type': type, ...(coding ? { 'content-encoding': coding } : {}) };
  const sent = { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) };
  return fetch(`${drover.url}/v1/completions`, sent);
}

describe('what an upstream gets', () => {
  it.each([
    ['a plain name', JSON_TYPE, '{ "model" : "m", "x":1e2}', '{ "model" : "m", "x":1e2,"seed":7}'],
    ['a filtered body', JSON_TYPE, '{"top_p":1,"model":"m"}', '{"model":"m","seed":7}'],
    [
      'a variant',
      JSON_TYPE,
      '{"model":"m:hot","seed":1}',
      '{"model":"m:hot","seed":7,"temperature":1}',
    ],
    ['a selector', JSON_TYPE, '{"model":"pool"}', '{"model":"m:hot","seed":7,"temperature":1}'],
    [
      'a pin to a selector',
      JSON_TYPE,
      '{"model":"llm"}',
      '{"model":"m:hot","seed":7,"temperature":1}',
    ],
    ['a real name', JSON_TYPE, '{"model":"to-n"}', '{"model":"real"}'],
    ['a form', FORM, 'a=%20b&model=pool&c=1', 'a=%20b&model=m%3Ahot&c=1'],
    [
      'a multipart form',
      PARTS,
      `${part('x', 'é')}${part('model', 'to-n')}--X--\r\n`,
      `${part('x', 'é')}${part('model', 'real')}--X--\r\n`,
    ],
  ])('for %s', async (_name, type, sent, expected) => {
    expect((await post(type, sent)).status).toBe(200);
    expect(received.body).toBe(Buffer.from(expected).toString('latin1'));
  });

  it('for a query', async () => {
    await fetch(`${drover.url}/v1/audio/voices?a=1&model=to-n&b=%20`);
    expect(received.url).toBe('/v1/audio/voices?a=1&model=real&b=%20');
    expect(received.body).toBe('');
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('for a body in %s', async (coding, encode) => {
    const answer = await post(JSON_TYPE, encode(Buffer.from('{"model":"m"}')), coding);
    expect(answer.status).toBe(200);
    expect(received).toMatchObject({ body: '{"model":"m","seed":7}', coding: undefined });
  });
});

describe('what is refused', () => {
  it.each([
    ['a name that the profile disables', JSON_TYPE, '{"model":"off"}', undefined, 404],
    ['a damaged coding', JSON_TYPE, '{"model":"m"}', 'gzip', 400],
    ['a body that unfolds too far', JSON_TYPE, gzipSync(Buffer.alloc(20_000)), 'gzip', 413],
    ['an unknown coding', JSON_TYPE, '\u0001\u0002', 'aes', 404],
    ['a damaged body that would be edited', JSON_TYPE, '{"model":"m"', undefined, 400],
  ])('%s', async (_name, type, sent, coding, status) => {
    expect((await post(type, sent, coding)).status).toBe(status);
  });
});
