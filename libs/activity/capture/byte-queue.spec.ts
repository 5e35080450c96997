import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from './byte-queue.js';

describe('ByteQueue', () => {
  it('takes no memory before there is something in it', () => {
    expect(new ByteQueue(1000).capacityBytes).toBe(0);
  });

  it('is a text from which the beginning and the end are cut, whatever comes', () => {
    const step = fc.record({
      what: fc.constantFrom('bytes', 'text', 'before', 'from'),
      length: fc.nat(40_000),
      percent: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new ByteQueue(100_000);
        let [text, start] = ['', 0];
        for (const [at, { what, length, percent }] of steps.entries()) {
          const place = Math.floor((text.length * percent) / 100);
          const added = String.fromCharCode(32 + (at % 200)).repeat(length);
          const isAdded = what === 'bytes' || what === 'text';
          if (isAdded && text.length + length > 100_000) continue;
          if (what === 'bytes') queue.append(Buffer.from(added, 'latin1'));
          if (what === 'text') queue.appendText(added);
          if (isAdded) text += added;
          if (what === 'before') {
            [text, start] = [text.slice(place), start + place];
            queue.dropBefore(start);
          }
          if (what === 'from') {
            text = text.slice(0, place);
            queue.dropFrom(start + text.length);
          }
          expect(queue.length).toBe(text.length);
          expect(queue.read(start, text.length).toString('latin1')).toBe(text);
        }
        expect(queue.capacityBytes).toBeLessThanOrEqual(100_000);
      }),
      { numRuns: 60 },
    );
  });

  it('gives memory back when its limit falls', () => {
    const queue = new ByteQueue(300_000);
    queue.append(Buffer.alloc(200_000, 'a'));
    queue.dropBefore(150_000);
    queue.resize(60_000);
    expect(queue.capacityBytes).toBe(60_000);
    expect(queue.read(150_000, 50_000).toString()).toBe('a'.repeat(50_000));
  });
});
