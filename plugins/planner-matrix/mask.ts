/**
 * Sets of relevant models as bit masks: plain numbers for up to 31 models, big integers beyond.
 */
export interface MaskAlgebra<Mask> {
  readonly none: Mask;
  /** The set of the one model with this position. */
  bit(position: number): Mask;
  union(left: Mask, right: Mask): Mask;
  /** Whether `outer` has every member of `inner`. */
  covers(outer: Mask, inner: Mask): boolean;
  overlaps(left: Mask, right: Mask): boolean;
}

/** Most relevant models that {@link NUMBER_MASKS} can tell apart. */
export const NUMBER_MASK_BITS = 31;

/** Masks in plain numbers, for up to {@link NUMBER_MASK_BITS} models. */
export const NUMBER_MASKS: MaskAlgebra<number> = {
  none: 0,
  bit: (position) => 1 << position,
  union: (left, right) => left | right,
  covers: (outer, inner) => (inner & ~outer) === 0,
  overlaps: (left, right) => (left & right) !== 0,
};

/** Masks in big integers, for any number of models. */
export const BIGINT_MASKS: MaskAlgebra<bigint> = {
  none: 0n,
  bit: (position) => 1n << BigInt(position),
  union: (left, right) => left | right,
  covers: (outer, inner) => (inner & outer) === inner,
  overlaps: (left, right) => (left & right) !== 0n,
};
