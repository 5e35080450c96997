import { describe, expect, it } from 'vitest';
import { headerPairs } from './dispatched-answer.js';

describe('headerPairs', () => {
  it('reads raw bytes as Latin-1', () => {
    const raw = ['X-A', 'caf\u00e9'].map((item) => Buffer.from(item, 'latin1'));
    expect(headerPairs(raw)).toEqual(['X-A', 'caf\u00e9']);
  });

  it('takes the object form of HTTP/2 answers too', () => {
    const received = { ':status': '200', 'x-a': '1', 'set-cookie': ['a', 'b'] };
    expect(headerPairs(received)).toEqual(['x-a', '1', 'set-cookie', 'a', 'set-cookie', 'b']);
  });
});
