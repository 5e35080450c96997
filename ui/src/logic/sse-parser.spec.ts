import { describe, expect, it } from 'vitest';
import { SseParser } from './sse-parser.js';

const stream = ':ping\nevent:message\ndata:{"a":1}\n\ndata: one\r\ndata:two\r\n\r\nid: 7\rdata\r\r';
const expected = [
  { event: 'message', data: '{"a":1}' },
  { event: 'message', data: 'one\ntwo' },
  { event: 'message', data: '' },
];

describe('SseParser', () => {
  it('yields the same events however the stream is cut', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const parser = new SseParser();
      const events = [
        ...parser.push(stream.slice(0, cut)),
        ...parser.push(stream.slice(cut) + '\n'),
      ];
      expect(events).toEqual(expected);
      expect(parser.comments).toBe(1);
    }
  });

  it('keeps an unfinished event back', () => {
    const parser = new SseParser();
    expect(parser.push('data: x\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ event: 'message', data: 'x' }]);
  });
});
