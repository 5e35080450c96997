// Finds figures in what the benchmarks print. Each takes the tables of a text, and the text.
import { largestIn, numberIn } from './markdown.mjs';

/** Drover's cell of a column in the table with this title. */
export const ofDrover = (title, column) => (tables) =>
  numberIn(tables, { title, row: 'drover', column });

/** Drover's figure divided by another contender's; null when that did not take part. */
export const over = (title, column, other) => (tables) => {
  const [ours, theirs] = ['drover', other].map((row) => numberIn(tables, { title, row, column }));
  return ours === null || theirs === null ? null : ours / theirs;
};

/** What Drover adds to the way without a proxy. */
export const added = (title, column) => (tables) => {
  const [ours, direct] = ['drover', 'direct'].map((row) =>
    numberIn(tables, { title, row, column }),
  );
  return ours === null || direct === null ? null : Math.max(0, ours - direct);
};

/** One cell; `title` is needed only where several tables have such a row. */
export const cell =
  (row, column, title = '') =>
  (tables) =>
    numberIn(tables, { title, row, column });

/** The largest number of a column over all tables, times a factor. */
export const largestOf =
  (column, factor = 1) =>
  (tables) => {
    const largest = largestIn(tables, column);
    return largest === null ? null : largest * factor;
  };

/** A cell times a factor. */
export const scaled = (find, factor) => (tables, text) => {
  const found = find(tables, text);
  return found === null ? null : found * factor;
};

/** The first group of a pattern as a number. */
export const figureOf = (pattern) => (_tables, text) => {
  const found = pattern.exec(text);
  return found ? Number(found[1]) : null;
};

/** The longest wait for a rarely asked model under `fair`, seconds. */
export function worstColdOfFair(tables) {
  const row = tables
    .flatMap(({ rows }) => rows)
    .find(({ name, contestant }) => name === 'hot + cold' && contestant === 'fair');
  return row ? Number(row['worst cold s']) : null;
}
