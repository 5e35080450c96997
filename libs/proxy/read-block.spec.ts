import { describe, expect, it } from 'vitest';
import { ReadBlock } from './read-block.js';

const KIB = 1024;

/** Sizes, in KiB, and whether it is the same memory again, after each of these uses. */
function turns(...uses: ['free' | 'held' | 'behind' | 'behind, held', size: number][]) {
  const block = new ReadBlock();
  return uses.map(([use, sizeKib]) => {
    const before = block.memory;
    const isHeld = use.includes('held');
    block.turn(sizeKib * KIB, { isHeld, isBehind: use.startsWith('behind') });
    return [block.memory.length / KIB, block.memory === before];
  });
}

describe('ReadBlock', () => {
  it('is used again as soon as nobody holds what was read', () => {
    expect(turns(['free', 1], ['held', 1], ['free', 1])).toEqual([
      [16, true],
      [16, false],
      [16, true],
    ]);
  });

  it('grows, once, where a read fills it', () => {
    expect(turns(['free', 16], ['free', 32], ['held', 32])).toEqual([
      [32, false],
      [32, true],
      [32, false],
    ]);
  });

  it('stays small and the same for a client that cannot keep up', () => {
    expect(turns(['behind', 16], ['behind', 16])).toEqual([
      [16, true],
      [16, true],
    ]);
  });

  it('becomes small again when a client falls behind', () => {
    expect(turns(['free', 16], ['behind', 32], ['behind', 16], ['behind, held', 16])).toEqual([
      [32, false],
      [16, false],
      [16, true],
      [16, false],
    ]);
  });

  it('does not grow where no more than a record comes at a time', () => {
    const block = new ReadBlock(true);
    const { memory } = block;
    block.turn(16 * KIB, { isHeld: false, isBehind: false });
    expect(block.memory).toBe(memory);
  });
});
