/** Something that knows its place in a {@link SlotList}. */
export interface Slotted {
  /** Written by the list alone. */
  slot: number;
}

/**
 * A collection of things that come and go at a high rate, in no order. A `Map` or `Set` would do the
 * same, but makes itself new again and again, and each old table of it keeps its successor and with
 * it everything that passed through alive until the next full collection: at a thousand
 * requests per second most of the garbage collector's work.
 */
export class SlotList<Item extends Slotted> implements Iterable<Item> {
  private readonly slots: (Item | null)[] = [];
  private readonly free: number[] = [];

  /** How many there are. */
  get size(): number {
    return this.slots.length - this.free.length;
  }

  /** Adds an item that is not in a list. */
  add(item: Item): void {
    item.slot = this.free.pop() ?? this.slots.length;
    this.slots[item.slot] = item;
  }

  /** Removes an item; false when it is not here. */
  remove(item: Item): boolean {
    if (this.slots[item.slot] !== item) return false;
    this.slots[item.slot] = null;
    this.free.push(item.slot);
    return true;
  }

  *[Symbol.iterator](): IterableIterator<Item> {
    for (const item of this.slots) if (item) yield item;
  }
}
