import { describe, expect, it } from 'vitest';
import { brokenStreamEvent, StreamTail } from './stream-error.js';

describe('StreamTail', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['ab', 'c'], 'abc'],
    [['abcdef', 'g'], 'defg'],
    [['\u00ff\u00fe', '\n\n'], '\u00ff\u00fe\n\n'],
  ])('remembers of %j the last four bytes', (pieces, expected) => {
    const tail = new StreamTail();
    for (const piece of pieces) tail.add(Buffer.from(piece, 'latin1'));
    expect(tail.toString()).toBe(expected);
  });
});

describe('brokenStreamEvent', () => {
  it.each([
    ['', true],
    ['1}\n\n', true],
    ['\r\n\r\n', true],
    ['"a\n', false],
  ])('closes an event that was cut, after %j', (tail, isAtBoundary) => {
    expect(brokenStreamEvent(tail).startsWith('event: error\n')).toBe(isAtBoundary);
    expect(brokenStreamEvent(tail)).toContain('"code":"upstream_broken"');
  });

  it('is an error to the clients of chat completions, messages and responses', () => {
    const data = /^event: error\ndata: (.*)\n\n$/.exec(brokenStreamEvent(''))?.[1];
    const message = 'upstream connection lost: the answer is incomplete';
    const code = 'upstream_broken';
    expect(JSON.parse(data!)).toEqual({
      src: 'llama-swap',
      type: 'error',
      code,
      message,
      param: null,
      error: { message, type: 'server_error', param: null, code },
    });
  });
});
