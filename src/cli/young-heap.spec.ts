import { describe, expect, it } from 'vitest';
import { growthFactor } from './young-heap.js';

const MIB = 1024 * 1024;

describe('growthFactor', () => {
  it.each([
    [0, 2],
    [8 * MIB, 2],
    [32 * MIB - 1, 2],
    [32 * MIB, 1],
    [64 * MIB, 1],
  ])('lets %i bytes grow by %i', (bytes, factor) => {
    expect(growthFactor(bytes)).toBe(factor);
  });
});
