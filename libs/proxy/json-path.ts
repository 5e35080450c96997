/** One step of a path into a JSON document. */
export interface JsonPathStep {
  readonly key: string;
  /** Index when the step may name an array element; -1 means the last or, when setting, the next. */
  readonly index: number | null;
}

/**
 * Reads a parameter path: steps are separated by dots, `\.` is a literal dot, a leading colon makes
 * a number an object key, and `-1` is the end of an array.
 *
 * @returns null for a path with wildcards or modifiers (`*`, `?`, `#`, `|`, a leading `@`), which
 * cannot be edited, and for an empty step
 */
export function parseJsonPath(path: string): readonly JsonPathStep[] | null {
  const parts = splitPath(path);
  if (path.startsWith('@') || /(?<!\\)[*?#|]/.test(path)) return null;
  if (parts.includes('')) return null;
  return parts.map((part) => stepOf(part));
}

function splitPath(path: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const [piece] of path.matchAll(/\\.|[^]/g)) {
    if (piece === '.') {
      parts.push(part);
      part = '';
    } else part += piece.length > 1 ? piece.slice(1) : piece;
  }
  return [...parts, part];
}

function stepOf(part: string): JsonPathStep {
  if (part.startsWith(':') && part.length > 1) return { key: part.slice(1), index: null };
  return { key: part, index: /^(?:-1|\d{1,6})$/.test(part) ? Number(part) : null };
}
