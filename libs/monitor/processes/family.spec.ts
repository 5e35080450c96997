import { describe, expect, it } from 'vitest';
import { familyOf } from './family.js';

function processes(...rows: readonly (readonly [pid: number, parent: number, group: number])[]) {
  return new Map(rows.map(([pid, parent, group]) => [pid, { parent, group }]));
}

describe('familyOf', () => {
  it('finds descendants of every depth, the process itself first', () => {
    const all = processes([2, 1, 2], [3, 2, 3], [4, 3, 3], [9, 1, 9]);
    expect(familyOf(2, all)).toEqual([2, 3, 4]);
  });

  it('keeps a member that has lost its parent but not its group, with its children', () => {
    const all = processes([2, 1, 2], [7, 1, 2], [8, 7, 8]);
    expect(familyOf(2, all)).toEqual([2, 7, 8]);
  });

  it('does not take over the group of somebody else', () => {
    const all = processes([1, 0, 1], [2, 1, 1], [3, 1, 1]);
    expect(familyOf(2, all)).toEqual([2]);
  });

  it('ends with processes that are parents of each other', () => {
    const all = processes([2, 3, 9], [3, 2, 9]);
    expect(familyOf(2, all)).toEqual([2, 3]);
  });

  it('is empty for a process that is gone', () => {
    expect(familyOf(5, processes([2, 1, 2]))).toEqual([]);
  });
});
