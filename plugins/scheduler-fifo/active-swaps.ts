import { compareIds, ScheduledRequest } from '#lib/plugin-api';

/** A swap that has begun and not ended. */
export interface ActiveSwap {
  readonly id: number;
  readonly target: string;
  readonly evict: readonly string[];
  /** In the order in which they joined. */
  waiters: ScheduledRequest[];
}

/** The swaps under way, at most one per target. */
export class ActiveSwaps {
  private readonly byTarget = new Map<string, ActiveSwap>();

  for(target: string): ActiveSwap | undefined {
    return this.byTarget.get(target);
  }

  add(swap: ActiveSwap): void {
    this.byTarget.set(swap.target, swap);
  }

  /** Forgets the swap with this number; undefined when it has been given up before. */
  take(swapId: number): ActiveSwap | undefined {
    for (const swap of this.byTarget.values()) {
      if (swap.id !== swapId) continue;
      this.byTarget.delete(swap.target);
      return swap;
    }
    return undefined;
  }

  list(): ActiveSwap[] {
    return [...this.byTarget.values()];
  }

  /** The live models with the targets of all swaps but `target`'s own, in byte order of ids. */
  liveFor(target: string, resident: readonly string[]): readonly string[] {
    if (this.byTarget.size === 0) return resident;
    const others = this.list().map((swap) => swap.target);
    const missing = others.filter((other) => other !== target && !resident.includes(other));
    return missing.length ? [...resident, ...missing].toSorted(compareIds) : resident;
  }

  /**
   * Whether a new swap would get in the way of an active one of another target: one evicts the
   * other's target, or both evict the same model.
   */
  collides(target: string, evict: readonly string[]): boolean {
    for (const swap of this.byTarget.values()) {
      if (swap.target === target) continue;
      if (evict.includes(swap.target) || swap.evict.includes(target)) return true;
      if (evict.some((model) => swap.evict.includes(model))) return true;
    }
    return false;
  }

  /** Removes a request from whatever swap it waits for; undefined when it waits for none. */
  removeWaiter(requestId: number): ScheduledRequest | undefined {
    for (const swap of this.byTarget.values()) {
      const found = swap.waiters.find(({ id }) => id === requestId);
      if (!found) continue;
      swap.waiters = swap.waiters.filter((waiter) => waiter !== found);
      return found;
    }
    return undefined;
  }
}
