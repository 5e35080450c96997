import { describe, expect, it } from 'vitest';
import { decodeBody, viewsOf } from './capture.js';

describe('viewsOf', () => {
  it.each([
    ['application/json', '{}', true, ['Pretty', 'Raw']],
    ['application/json', '{"messages":[]}', true, ['Pretty', 'Chat', 'Raw']],
    ['application/json', '{"messages":[]}', false, ['Pretty', 'Raw']],
    ['multipart/form-data', 'x', true, ['Raw']],
    ['text/event-stream', 'data: x', false, ['Chat', 'Raw']],
    ['text/plain', 'x', false, ['Raw']],
    ['audio/mpeg', 'x', false, []],
  ])('shows %s', (type, text, isRequest, views) => {
    expect(viewsOf(type, text, isRequest)).toEqual(views);
  });
});

describe('decodeBody', () => {
  it('decodes UTF-8 and shows anything else undecoded', () => {
    expect(decodeBody('w6Q=')).toBe('ä');
    expect(decodeBody('/w==')).toBe('/w==');
    expect(decodeBody(null)).toBe('');
  });
});
