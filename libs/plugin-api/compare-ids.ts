/**
 * Orders two model ids by their UTF-8 bytes, the order of every list of ids in these contracts.
 * Negative, zero or positive, as `Array.prototype.sort` wants it.
 */
export function compareIds(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** UTF-16 sorts surrogates below U+E000 to U+FFFF, UTF-8 sorts them above. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
