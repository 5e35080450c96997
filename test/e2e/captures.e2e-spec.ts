import { RequestListener, Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

let drover: HttpHarness;
let upstream: Server;
let answer: RequestListener;

beforeEach(async () => {
  const started = await startUpstream((request, response) => answer(request, response));
  upstream = started.server;
  const filters = { stripParams: ['secret'], setParams: {}, setParamsByID: new Map() };
  const config = { captureBuffer: 1, captureBodyBytes: 100, captureRedactHeaders: ['X-Tenant'] };
  drover = await startHttp(fakeConfig([fakeModel('m', { proxy: started.url, filters })], config));
});

afterEach(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await drover.app.close();
});

interface CaptureAnswer {
  readonly req_headers: Readonly<Record<string, string>>;
  readonly req_body: string | null;
  readonly resp_headers: Readonly<Record<string, string>>;
  readonly resp_body: string | null;
  readonly truncated?: readonly string[];
}

/** Sends the first request and returns its capture. */
async function captured(path: string, body: object): Promise<CaptureAnswer> {
  const headers = { 'content-type': 'application/json', 'x-tenant': 'hidden', cookie: 'hidden' };
  const sent = { method: 'POST', body: JSON.stringify(body), headers };
  await (await fetch(drover.url + path, sent)).arrayBuffer();
  const get = (): Promise<Response> => fetch(`${drover.url}/api/captures/1`);
  let response = await get();
  // A coded answer is decoded in the background.
  while (response.status === 404) response = await get();
  return (await response.json()) as CaptureAnswer;
}

const text = (base64: string | null): string => Buffer.from(base64!, 'base64').toString();

describe('captures', () => {
  it('hold the request as the model got it and its decoded answer, secrets blanked', async () => {
    answer = (_request, response) => {
      const headers = {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'set-cookie': 'hidden',
      };
      response.writeHead(200, headers).end(gzipSync('{"ok":true}'));
    };
    const capture = await captured('/v1/completions', { model: 'm', secret: 1, more: 2 });
    expect(text(capture.req_body)).toBe('{"model":"m","more":2}');
    expect(text(capture.resp_body)).toBe('{"ok":true}');
    expect(capture.resp_headers).not.toHaveProperty('Content-Encoding');
    expect(capture).not.toHaveProperty('truncated');
    expect(capture).toMatchObject({ id: 1, req_path: '/v1/completions' });
    expect(JSON.stringify(capture)).not.toContain('hidden');
  });

  it('cut what is too long and say so', async () => {
    answer = (_request, response) => void response.end('y'.repeat(101));
    const capture = await captured('/v1/completions', { model: 'm', x: 'x'.repeat(200) });
    expect(text(capture.req_body)).toHaveLength(100);
    expect(text(capture.resp_body)).toHaveLength(100);
    expect(capture.truncated).toEqual(['request', 'response']);
  });

  it('leave the answer of a failed request out', async () => {
    answer = (_request, response) => void response.writeHead(500).end('{"error":"no"}');
    const capture = await captured('/v1/completions', { model: 'm' });
    expect(capture.resp_body).toBeNull();
    expect(text(capture.req_body)).toBe('{"model":"m"}');
  });

  it('leave out what is a sound', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' }).end('RIFF');
    };
    const capture = await captured('/audioapi/v1/tasks/run', { model: 'm' });
    expect(capture.resp_body).toBeNull();
  });

  it.each([
    ['x', 400, 'invalid capture ID'],
    ['1.5', 400, 'invalid capture ID'],
    ['99', 404, 'capture not found'],
  ])('%s is answered %i', async (id, status, message) => {
    const response = await fetch(`${drover.url}/api/captures/${id}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message } });
  });
});
