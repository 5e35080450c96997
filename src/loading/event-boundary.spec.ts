import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventBoundary } from './event-boundary.js';

function after(...pieces: readonly string[]): boolean {
  const boundary = new EventBoundary();
  for (const piece of pieces) boundary.add(Buffer.from(piece));
  return boundary.isBetweenEvents;
}

describe('EventBoundary', () => {
  it.each([
    ['', true],
    ['data: x\n\n', true],
    ['data: x\r\n\r\n', true],
    ['data: x\r\r', true],
    ['data: x\n\r\n', true],
    ['data: x', false],
    ['data: x\n', false],
    ['data: x\r\n', false],
    ['data: x\r\n\r', false],
    ['data: x\n\ndata: y', false],
    ['data: x\n\n: comment\n\n', true],
    ['data: "\\n\\n"', false],
    ['\n', false],
  ])('after %j it is %s', (text, expected) => {
    expect(after(text)).toBe(expected);
  });

  it('does not depend on how the stream is cut', () => {
    const streams = ['data: x\r\n\r\nevent: a\ndata: é\n\n', 'id: 1\rdata: y\r\r', 'data: z\n'];
    for (const stream of streams) {
      const bytes = Buffer.from(stream);
      for (let at = 0; at <= bytes.length; at += 1) {
        const whole = new EventBoundary();
        whole.add(bytes.subarray(0, at));
        const single = new EventBoundary();
        for (let byte = 0; byte < at; byte += 1) single.add(bytes.subarray(byte, byte + 1));
        expect(single.isBetweenEvents).toBe(whole.isBetweenEvents);
      }
    }
  });

  it('never takes the inside of an event for its end', () => {
    const line = fc.stringMatching(/^[a-z:{}" ]{1,12}$/);
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, ends), { minLength: 1 }), fc.nat(), (lines, cut) => {
        const text = lines.map(([content, end]) => content + end).join('');
        // Every line has content, so that no event has ended yet.
        expect(after(text.slice(0, 1 + (cut % text.length)))).toBe(false);
      }),
    );
  });
});
