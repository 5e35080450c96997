import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteRing } from './byte-ring.js';

const fixture = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../test/fixtures/observability/logs/ring.expect.json'),
    'utf8',
  ),
) as { cases: { writes: string[]; history: string }[] };

describe('ByteRing', () => {
  it.each(fixture.cases)('keeps $history of $writes', ({ writes, history }) => {
    const ring = new ByteRing(10);
    for (const text of writes) ring.write(Buffer.from(text));
    expect(ring.content().toString()).toBe(history);
  });

  it('keeps exactly the last bytes, whatever the pieces', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.uint8Array({ maxLength: 30 })),
        (capacity, pieces) => {
          const ring = new ByteRing(capacity);
          for (const piece of pieces) ring.write(piece);
          const all = Buffer.concat(pieces);
          expect(ring.content()).toEqual(all.subarray(Math.max(0, all.length - capacity)));
          expect(ring.hasWrapped).toBe(all.length > capacity);
        },
      ),
    );
  });

  it('hands out copies', () => {
    const ring = new ByteRing(4);
    ring.write(Buffer.from('abcd'));
    const before = ring.content();
    ring.write(Buffer.from('XY'));
    expect(before.toString()).toBe('abcd');
  });
});
