import { describe, expect, it } from 'vitest';
import { editRequest, RequestEdits, withModel } from './body-editor.js';
import { InferenceRequest, ModelPlace } from './inference-request.interface.js';

const JSON_TYPE = 'application/json';

function request(body: string | null, more: Partial<InferenceRequest> = {}): InferenceRequest {
  return {
    method: 'POST',
    query: '',
    contentType: JSON_TYPE,
    contentEncoding: undefined,
    body: body === null ? null : Buffer.from(body),
    expectsJson: true,
    ...more,
  };
}

function edit(from: InferenceRequest, place: ModelPlace, edits: Partial<RequestEdits>) {
  const all = { modelName: null, strip: [], set: [], ...edits };
  const { query, body } = editRequest(from, { name: 'old', place }, all);
  return { query, body: body?.toString() };
}

describe('editRequest', () => {
  it('hands the very same buffer on when there is nothing to edit', () => {
    const untouched = request('{"model":"old"}');
    const edits = { modelName: 'old', strip: [], set: [] };
    expect(editRequest(untouched, { name: 'old', place: 'json' }, edits).body).toBe(untouched.body);
  });

  it('renames, strips and sets in this order, keeping every other byte', () => {
    const { body } = edit(request('{ "model": "old",  "t": 1.50, "x": 1 }'), 'json', {
      modelName: 'new',
      strip: ['x', 'y'],
      set: [
        ['t', '2'],
        ['t', '3'],
      ],
    });
    expect(body).toBe('{ "model": "new",  "t": 3 }');
  });

  it('refuses to edit parameters of a damaged body but renames and forwards it', () => {
    const damaged = request('{"model":"old","messages":[');
    expect(edit(damaged, 'json', { modelName: 'new' }).body).toBe('{"model":"new","messages":[');
    expect(() => edit(damaged, 'json', { set: [['t', '1']] })).toThrow(/damaged/);
    expect(() => edit(damaged, 'json', { strip: ['t'] })).toThrow(/damaged/);
  });

  it('leaves forms to the renaming alone', () => {
    const form = request('a=1&model=old', { contentType: 'application/x-www-form-urlencoded' });
    const edits = { modelName: 'n w', set: [['t', '1']] as const };
    expect(edit(form, 'urlencoded', edits).body).toBe('a=1&model=n+w');
  });

  it('renames in the query of a GET and never gives it a body', () => {
    const get = request(null, { method: 'GET', query: 'a=%20b&model=old&c' });
    const edits = { modelName: 'a/b', set: [['t', '1']] as const };
    expect(edit(get, 'query', edits)).toEqual({ query: 'a=%20b&model=a%2Fb&c', body: undefined });
  });
});

describe('withModel', () => {
  const boundary = 'b"x';
  const contentType = 'multipart/form-data; boundary="b\\"x"';
  const part = (head: string, content: string): string =>
    `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`;
  const file = part(
    'Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav',
    'RIFF\r\n--not a boundary\u0000',
  );
  const field = (value: string): string =>
    part('content-disposition: form-data; name="model"', value);

  it('replaces the bytes of the model fields of a form and no others', () => {
    const form = `preamble\r\n${file}${field('old')}${field('')}--${boundary}--\r\nepilogue`;
    const expected = `preamble\r\n${file}${field('new')}${field('new')}--${boundary}--\r\nepilogue`;
    const { body } = withModel(request(form, { contentType }), 'multipart', 'new');
    expect(body?.toString()).toBe(expected);
  });

  it('refuses a form that ends too early', () => {
    const cut = request(`${file}${field('old')}`, { contentType });
    expect(() => withModel(cut, 'multipart', 'new')).toThrow('could not parse multipart form');
  });
});
