import { SwapOrder } from '#lib/plugin-api';

/** The swaps under way, at most one per target, numbered without repetition. */
export class SwapTable {
  private readonly byTarget = new Map<string, SwapOrder>();
  private lastId = 0;

  open(target: string, evict: readonly string[]): SwapOrder {
    const order = { id: ++this.lastId, target, evict };
    this.byTarget.set(target, order);
    return order;
  }

  get isEmpty(): boolean {
    return this.byTarget.size === 0;
  }

  has(target: string): boolean {
    return this.byTarget.has(target);
  }

  /** Forgets the swap of this target; undefined when there is none. */
  close(target: string): SwapOrder | undefined {
    const order = this.byTarget.get(target);
    this.byTarget.delete(target);
    return order;
  }

  /** Forgets the swap with this number; undefined when it has been given up before. */
  closeById(swapId: number): SwapOrder | undefined {
    const order = this.list().find(({ id }) => id === swapId);
    return order && this.close(order.target);
  }

  /** Targets of the swaps that have the model on their list of victims, stopped already or not. */
  evicting(model: string): string[] {
    return this.list().flatMap(({ target, evict }) => (evict.includes(model) ? [target] : []));
  }

  list(): SwapOrder[] {
    return [...this.byTarget.values()];
  }
}
