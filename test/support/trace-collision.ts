/** A swap as far as others can be in its way. */
export interface PlannedSwap {
  readonly target: string;
  readonly evict: readonly string[];
}

/** Whether two swaps cannot be active at the same time; two for the same target are one. */
export function collide(swap: PlannedSwap, other: PlannedSwap): boolean {
  return (
    other.evict.includes(swap.target) ||
    swap.evict.includes(other.target) ||
    swap.evict.some((model) => other.evict.includes(model))
  );
}
