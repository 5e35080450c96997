/** The part of a long list of lines that is drawn. */
export interface LineWindow {
  /** First line that is drawn, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Height of what is left out above and below, in rows. */
  readonly above: number;
  readonly below: number;
}

/** Lines that are drawn beyond each edge, so that scrolling finds them there. */
const SPARE_ROWS = 20;

/** Rows that each line takes, summed up: the n-th entry is the number of rows before line n. */
export function rowsBefore(lengths: readonly number[], columns: number | null): Uint32Array {
  const before = new Uint32Array(lengths.length + 1);
  for (let index = 0; index < lengths.length; index += 1) {
    const rows = columns === null ? 1 : Math.max(1, Math.ceil(lengths[index]! / columns));
    before[index + 1] = before[index]! + rows;
  }
  return before;
}

/**
 * Finds the lines in view.
 *
 * @param before of {@link rowsBefore}
 * @param firstRow row at the upper edge of the view
 * @param rows height of the view
 */
export function lineWindow(before: Uint32Array, firstRow: number, rows: number): LineWindow {
  const lines = before.length - 1;
  const total = before[lines] ?? 0;
  const top = Math.min(Math.max(0, firstRow), Math.max(0, total - rows));
  const from = lineAt(before, top - SPARE_ROWS);
  const to = Math.min(lines, lineAt(before, top + rows + SPARE_ROWS) + 1);
  return { from, to, above: before[from] ?? 0, below: total - (before[to] ?? 0) };
}

/** The line that covers a row. */
function lineAt(before: Uint32Array, row: number): number {
  let low = 0;
  let high = Math.max(0, before.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (before[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}
