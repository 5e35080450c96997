import { describe, expect, it } from 'vitest';
import { InferenceRequest } from './inference-request.interface.js';
import { printable, requestedModel, requestedStream, whyNoModel } from './requested-model.js';

function post(contentType: string | undefined, body: string, query = ''): InferenceRequest {
  const contentEncoding = undefined;
  const bytes = body === '' ? null : Buffer.from(body);
  return { method: 'POST', query, contentType, contentEncoding, body: bytes, expectsJson: true };
}

const form = (...fields: string[]): string =>
  [...fields.map((field) => `--XX\r\nContent-Disposition: form-data; ${field}\r\n`), '--XX--'].join(
    '',
  );

const MULTIPART = 'multipart/form-data; boundary=XX';
const URLENCODED = 'application/x-www-form-urlencoded';

describe('requestedModel', () => {
  it.each([
    ['application/json', '{"model":"m"}', '', 'm', 'json'],
    ['Application/JSON; charset=utf-8', '{"model":"m"}', '', 'm', 'json'],
    ['application/vnd.api+json', '{"model":"m"}', '', 'm', 'json'],
    ['application/json', '{"model":123}', '', '123', 'json'],
    ['application/json', '{"model":true}', '', 'true', 'json'],
    ['application/json', '{"model":[1, 2]}', '', '[1, 2]', 'json'],
    ['application/json', '{"model":"a\\/b\\u0021"}', '', 'a/b!', 'json'],
    ['application/json', '{"model":"cut","messages":[', '', 'cut', 'json'],
    [MULTIPART, form('name="model"\r\n\r\nm'), '', 'm', 'multipart'],
    [MULTIPART, form('name="model"\r\n\r\nm'), 'model=q', 'm', 'multipart'],
    [MULTIPART, form('name="other"\r\n\r\nm'), 'model=q', 'q', 'query'],
    [URLENCODED, 'a=1&model=m%2Fx+y', '', 'm/x y', 'urlencoded'],
    [URLENCODED, 'a=1', 'model=q', 'q', 'query'],
    [URLENCODED, '{"model":"m"}', '', 'm', 'json'],
    [undefined, '{"model":"m"}', '', 'm', 'json'],
    ['text/plain', '{"model":"m"}', 'model=q', 'q', 'query'],
    ['text/plain', 'anything', 'model=a%20b', 'a b', 'query'],
  ])('with %s and body %j and query %j it is %s', (type, body, query, name, place) => {
    expect(requestedModel(post(type, body, query))).toEqual({ name, place });
  });

  it.each([
    ['application/json', '{"model":""}', ''],
    ['application/json', '{"model":null}', ''],
    ['application/json', '["model"]', ''],
    ['application/json', '{"messages":[]}', 'model=q'],
    ['application/json', '', ''],
    [MULTIPART, 'no form at all', ''],
    [MULTIPART, form('name="model"; filename="x"\r\n\r\nm'), ''],
    ['multipart/form-data', form('name="model"\r\n\r\nm'), ''],
    ['text/plain', 'model', ''],
  ])('with %s and body %j and query %j there is none', (type, body, query) => {
    const request = post(type, body, query);
    expect(requestedModel(request)).toBeNull();
    expect(whyNoModel(request)).not.toBe('');
  });

  it('takes GET and HEAD from the query, whatever the Content-Type says', () => {
    const request = post('application/json', '{"model":"m"}', 'x=1&model=q&model=r');
    expect(requestedModel({ ...request, method: 'GET' })?.name).toBe('q');
    expect(requestedModel({ ...request, method: 'HEAD' })?.name).toBe('q');
  });

  it('looks for an unannounced JSON object on JSON routes only', () => {
    const request = { ...post('text/plain', '{"model":"m"}'), expectsJson: false };
    expect(requestedModel(request)).toBeNull();
  });
});

describe('whyNoModel', () => {
  it.each<[InferenceRequest, RegExp]>([
    [{ ...post('', ''), method: 'GET' }, /the query has no "model"/],
    [{ ...post('application/json', 'x'), contentEncoding: 'gzip' }, /compressed .*gzip/],
    [post('application/json', ''), /no body/],
    [post('application/json', '[1]'), /not a JSON object/],
    [post('application/json', '{"a":1}'), /no member "model"/],
    [post('application/json', '{"a":'), /damaged/],
    [post(MULTIPART, 'x'), /no readable field/],
    [post(URLENCODED, 'x'), /no field "model"/],
    [post(undefined, 'x'), /no Content-Type/],
    [post('text/plain; q=1', 'x'), /Content-Type is text\/plain;/],
  ])('names the reason', (request, expected) => {
    expect(whyNoModel(request)).toMatch(expected);
  });
});

const stream = (value: string): boolean =>
  requestedStream(post('application/json', `{"model":"m","stream":${value}}`), {
    name: 'm',
    place: 'json',
  });

describe('requestedStream', () => {
  it.each(['true', '1', '0.5', '"1"', '"T"', '"True"'])('takes %s for a yes', (value) => {
    expect(stream(value)).toBe(true);
  });

  it.each(['false', '0', '0.0', 'null', '"yes"', '[]', '{}'])('takes %s for a no', (value) => {
    expect(stream(value)).toBe(false);
  });

  it('reads forms and queries', () => {
    const fields = form('name="stream"\r\n\r\ntrue');
    expect(requestedStream(post(MULTIPART, fields), { name: '', place: 'multipart' })).toBe(true);
    expect(
      requestedStream(post(URLENCODED, 'stream=true'), { name: '', place: 'urlencoded' }),
    ).toBe(true);
    expect(requestedStream(post('', '', 'stream=true'), { name: '', place: 'query' })).toBe(true);
    expect(requestedStream(post('', '', 'stream=1'), { name: '', place: 'query' })).toBe(false);
  });
});

describe('printable', () => {
  it('replaces control characters and lone surrogates and cuts long text', () => {
    expect(printable('a\u0000b\nc')).toBe('a\u{FFFD}b\u{FFFD}c');
    expect(printable('\ud800')).toBe('\u{FFFD}');
    expect(printable('x'.repeat(300))).toHaveLength(201);
  });
});
