import { describe, expect, it } from 'vitest';
import { OutputTail } from './output-tail.js';

function tailOf(...pieces: (string | Uint8Array)[]): string {
  const tail = new OutputTail();
  for (const piece of pieces) tail.take(Buffer.from(piece));
  return tail.text;
}

describe('OutputTail', () => {
  it('is empty when nothing was written', () => {
    expect(tailOf()).toBe('');
    expect(tailOf('\n \r\n')).toBe('');
  });

  it.each([
    ['the last three lines in one', ['one\ntwo\n', 'three\nfo', 'ur\n'], 'two | three | four'],
    [
      'the last state of a line that is written over',
      ['10 %\r50 %\rfailed\n'],
      '10 % | 50 % | failed',
    ],
    ['no colours', ['\u001B[31merror:\u001B[0m no such file'], 'error: no such file'],
    ['no control characters', ['a\u0007b\u0000'], 'a b'],
    ['a character that was cut whole', [Uint8Array.of(0xe6, 0xa8), Uint8Array.of(0xa1)], '模'],
  ])('tells %s', (_name, pieces, text) => {
    expect(tailOf(...pieces)).toBe(text);
  });

  it('keeps the end of megabytes without a line', () => {
    const text = tailOf('x'.repeat(3_000_000), 'no such tensor');
    expect(text).toHaveLength(400);
    expect(text.endsWith('xno such tensor')).toBe(true);
  });
});
