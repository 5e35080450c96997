/** A stretch of pixels that are covered equally often. */
export interface PixelRun {
  readonly from: number;
  /** The pixel after the last one. */
  readonly to: number;
  readonly depth: number;
}

/**
 * How often each pixel of a line is covered. Thousands of marks that share the pixels of a line become
 * as many drawings as there are pixels at most.
 */
export class PixelCover {
  private readonly change: Int32Array;
  private isEmpty = true;

  /** @param width of the line, pixels */
  constructor(private readonly width: number) {
    this.change = new Int32Array(Math.max(0, Math.ceil(width)) + 1);
  }

  /** Covers from one place to another, at least `least` pixels. */
  add(from: number, to: number, least = 1): void {
    const last = this.change.length - 1;
    const first = Math.min(Math.max(0, Math.round(from)), Math.max(0, last - least));
    const end = Math.min(last, Math.max(first + least, Math.round(to)));
    if (end <= first) return;
    this.change[first]! += 1;
    this.change[end]! -= 1;
    this.isEmpty = false;
  }

  /** What is covered, from the left; the line is bare afterwards. */
  take(): PixelRun[] {
    if (this.isEmpty) return [];
    const runs: PixelRun[] = [];
    let depth = 0;
    let from = 0;
    for (let at = 0; at <= this.width; at += 1) {
      if (this.change[at] === 0) continue;
      if (depth > 0) runs.push({ from, to: at, depth });
      depth += this.change[at]!;
      from = at;
    }
    this.change.fill(0);
    this.isEmpty = true;
    return runs;
  }
}
