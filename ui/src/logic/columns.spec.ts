import { describe, expect, it } from 'vitest';
import { ACTIVITY_COLUMNS, moveColumn, reconcileOrder } from './columns.js';

const columns = ['a', 'b', 'c'].map((id) => ({ id, label: id, shown: true }));
const ids = (order: readonly string[]) => reconcileOrder(columns, order).map((column) => column.id);

describe('reconcileOrder', () => {
  it.each([
    [[], ['a', 'b', 'c']],
    [['c'], ['c', 'a', 'b']],
    [
      ['x', 'b', 'b', 'a'],
      ['b', 'a', 'c'],
    ],
  ])('turns %j into %j', (stored, expected) => {
    expect(ids(stored)).toEqual(expected);
  });
});

describe('moveColumn', () => {
  it.each([
    ['b', -1, ['b', 'a', 'c']],
    ['b', 5, ['a', 'c', 'b']],
    ['a', -1, ['a', 'b', 'c']],
    ['x', 1, ['a', 'b', 'c']],
  ])('moves %s by %i', (id, step, expected) => {
    expect(moveColumn(['a', 'b', 'c'], id, step)).toEqual(expected);
  });
});

it('knows the fifteen columns of the activity table', () => {
  expect(ACTIVITY_COLUMNS).toHaveLength(15);
});
