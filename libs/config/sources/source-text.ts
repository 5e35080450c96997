import { OffsetMap } from './offset-map.js';

/** A place in a configuration file, as an offset into the text after the environment pass. */
export interface Place {
  readonly source: SourceText;
  readonly offset: number;
}

/** 1-based position in the file as the user sees it. */
export interface LinePosition {
  readonly line: number;
  readonly col: number;
}

/** One configuration file: the text on disk and the text after environment references. */
export class SourceText {
  private readonly lineStarts: number[] = [0];
  private expanded: string;
  private map: OffsetMap | null = null;

  /**
   * @param name File as the user named it.
   * @param order Position among the files, for problems in document order.
   * @param original Text as read.
   */
  constructor(
    readonly name: string,
    readonly order: number,
    readonly original: string,
  ) {
    this.expanded = original;
    for (let at = original.indexOf('\n'); at >= 0; at = original.indexOf('\n', at + 1)) {
      this.lineStarts.push(at + 1);
    }
  }

  /** Text that is parsed. */
  get text(): string {
    return this.expanded;
  }

  /** Replaces the text that is parsed; `map` leads back to the text on disk. */
  replaceText(text: string, map: OffsetMap): void {
    this.expanded = text;
    this.map = map;
  }

  /** Line and column on disk of an offset into {@link text}. */
  locate(offset: number): LinePosition {
    const origin = this.map ? this.map.origin(offset) : offset;
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle]! <= origin) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, col: origin - this.lineStarts[low]! + 1 };
  }
}
