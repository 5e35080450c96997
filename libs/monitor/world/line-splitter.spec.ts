import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

describe('LineSplitter', () => {
  it('finds the same lines wherever the bytes are cut', () => {
    const lines = fc.array(fc.string().map((text) => text.replaceAll(/[\r\n]/g, 'ü')));
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 7 }), (wanted, size) => {
        const seen: string[] = [];
        const splitter = new LineSplitter((text) => seen.push(text));
        const bytes = Buffer.from(wanted.map((line) => `${line}\r\n`).join(''));
        for (let at = 0; at < bytes.length; at += size)
          splitter.push(bytes.subarray(at, at + size));
        splitter.finish();
        expect(seen).toEqual(wanted);
      }),
    );
  });

  it('hands out a last line without an end', () => {
    const seen: string[] = [];
    const splitter = new LineSplitter((text) => seen.push(text));
    splitter.push(Buffer.from('a\nb'));
    splitter.finish();
    expect(seen).toEqual(['a', 'b']);
  });

  it('drops a line that is too long and reads on after it', () => {
    const seen: string[] = [];
    const splitter = new LineSplitter((text) => seen.push(text));
    for (let count = 0; count < 5; count++) splitter.push(Buffer.alloc(1024 * 1024, 'x'));
    splitter.push(Buffer.from('tail\nnext\n'));
    expect(seen).toEqual(['next']);
  });
});
