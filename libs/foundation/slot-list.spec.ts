import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlotList, Slotted } from './slot-list.js';

class Item implements Slotted {
  slot = -1;
}

describe('SlotList', () => {
  it('has what a set would have, whatever comes and goes', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(30)));
    fc.assert(
      fc.property(steps, (all) => {
        const items = Array.from({ length: 31 }, () => new Item());
        const list = new SlotList<Item>();
        const model = new Set<Item>();
        for (const [adds, index] of all) {
          const item = items[index]!;
          if (!adds) {
            list.remove(item);
            model.delete(item);
          } else if (!model.has(item)) {
            list.add(item);
            model.add(item);
          }
        }
        expect(list.size).toBe(model.size);
        expect(new Set(list)).toEqual(model);
      }),
    );
  });

  it('uses the places of what has gone again', () => {
    const list = new SlotList<Item>();
    const [one, other, third] = [new Item(), new Item(), new Item()];
    list.add(one);
    list.add(other);
    list.remove(one);
    list.remove(one);
    list.add(third);
    expect([third.slot, other.slot, list.size]).toEqual([0, 1, 2]);
  });
});
