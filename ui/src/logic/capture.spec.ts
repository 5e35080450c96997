import { describe, expect, it } from 'vitest';
import { decodeBody, rebuildAnswer, viewsOf } from './capture.js';

describe('rebuildAnswer', () => {
  it.each([
    [
      '/v1/chat/completions',
      'data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\ndata: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: oops\n\ndata: {"choices":[{"delta":{"content":"b"}}]}\n\ndata: [DONE]\n\n',
      { reasoning: 'hm', text: 'ab' },
    ],
    [
      '/v1/messages',
      'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}\n\n',
      { reasoning: '', text: 'x' },
    ],
    ['/v1/completions', 'data: {"choices":[{"text":"old"}]}\n\n', { reasoning: '', text: 'old' }],
  ])('rebuilds %s', (path, stream, expected) => {
    expect(rebuildAnswer(path, stream)).toEqual(expected);
  });
});

describe('viewsOf', () => {
  it.each([
    ['application/json', '{}', true, ['Pretty', 'Raw']],
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
