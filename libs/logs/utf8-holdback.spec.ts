import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadingContinuationBytes, partialCharacterBytes, Utf8Holdback } from './utf8-holdback.js';

describe('Utf8Holdback', () => {
  it.each([
    ['a', 0],
    ['é', 0],
    ['€', 0],
    ['𝄞', 0],
    ['', 0],
  ])('sees that %j is complete', (text, expected) => {
    expect(partialCharacterBytes(Buffer.from(text))).toBe(expected);
  });

  it.each([
    ['é', 1],
    ['€', 1],
    ['€', 2],
    ['𝄞', 3],
  ])('sees the first bytes of %j (%i) as partial', (text, count) => {
    const bytes = Buffer.concat([Buffer.from('x'), Buffer.from(text).subarray(0, count)]);
    expect(partialCharacterBytes(bytes)).toBe(count);
  });

  it('does not wait for bytes that can never be completed', () => {
    expect(partialCharacterBytes(Buffer.from([0x80, 0x80, 0x80, 0x80]))).toBe(0);
    expect(partialCharacterBytes(Buffer.from([0xff]))).toBe(0);
    expect(partialCharacterBytes(Buffer.from([0xc0]))).toBe(0);
  });

  it('counts what continues a lost character', () => {
    expect(leadingContinuationBytes(Buffer.from('€x').subarray(1))).toBe(2);
    expect(leadingContinuationBytes(Buffer.from('x€'))).toBe(0);
    expect(leadingContinuationBytes(new Uint8Array(0))).toBe(0);
  });

  it('passes any text cut anywhere in whole characters', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(40)), (text, cuts) => {
        const bytes = Buffer.from(text);
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length];
        edges.sort((a, b) => a - b);
        const holdback = new Utf8Holdback();
        const shown = edges.slice(1).map((end, index) => {
          return Buffer.from(holdback.push(bytes.subarray(edges[index], end))).toString();
        });
        expect(shown.join('')).toBe(bytes.toString());
        expect(holdback.end()).toHaveLength(0);
      }),
    );
  });

  it('never loses a byte, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 })), (pieces) => {
        const holdback = new Utf8Holdback();
        const out = [...pieces.map((piece) => Buffer.from(holdback.push(piece))), holdback.end()];
        expect(Buffer.concat(out)).toEqual(Buffer.concat(pieces));
      }),
    );
  });
});
