import { MaskAlgebra } from './mask.js';

/** Which leaves made a choice: models, joined as a tree so that joining costs nothing. */
export type Origin = string | readonly Origin[];

/** One choice of an expression, projected onto the relevant models. */
export interface Choice<Mask> {
  readonly mask: Mask;
  readonly origin: Origin;
}

/**
 * Adds a choice unless another one includes it; what it includes itself goes. Of equal choices the
 * first stays: ties depend on it.
 */
export function insertChoice<Mask>(
  algebra: MaskAlgebra<Mask>,
  frontier: Choice<Mask>[],
  choice: Choice<Mask>,
): void {
  for (const other of frontier) if (algebra.covers(other.mask, choice.mask)) return;
  let kept = 0;
  for (const other of frontier) {
    if (!algebra.covers(choice.mask, other.mask)) frontier[kept++] = other;
  }
  frontier.length = kept;
  frontier.push(choice);
}

/** The choice that makes both choices. */
export function join<Mask>(
  algebra: MaskAlgebra<Mask>,
  left: Choice<Mask>,
  right: Choice<Mask>,
): Choice<Mask> {
  return { mask: algebra.union(left.mask, right.mask), origin: [left.origin, right.origin] };
}

/** The models behind a choice in byte order of ids, each once. */
export function originModels(origin: Origin): string[] {
  const models = new Set<string>();
  const pending: Origin[] = [origin];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') models.add(next);
    else pending.push(...next);
  }
  return [...models].toSorted();
}
