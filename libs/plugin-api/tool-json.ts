/** Most places at which the document may begin that are tried. */
const MOST_BEGINNINGS = 16;

/**
 * The JSON document in the output of a tool, which may print warnings before and after it, or a byte
 * order mark. The first line that begins with a bracket and leads to a document tells; undefined when
 * there is none.
 */
export function toolJson(output: string): unknown {
  const text = output.replace(/^\uFEFF/, '');
  const beginnings = [...text.matchAll(/^[^\S\n]*[[{]/gm)].slice(0, MOST_BEGINNINGS);
  for (const { index } of beginnings) {
    const value = documentAt(text, index);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The document that begins at an index and ends with the text, at its last bracket, or with its line. */
function documentAt(text: string, start: number): unknown {
  const rest = text.slice(start);
  const end = Math.max(rest.lastIndexOf('}'), rest.lastIndexOf(']')) + 1;
  const [line] = rest.split('\n', 1);
  return parsed(rest.slice(0, end)) ?? parsed(line!) ?? parsed(untilClosed(rest));
}

/** Up to a line that closes what a first line of its own has opened, as printed with indents. */
function untilClosed(text: string): string {
  const isArray = text.trimStart().startsWith('[');
  const close = (isArray ? /^\][^\S\n]*\r?$/m : /^\}[^\S\n]*\r?$/m).exec(text);
  return close ? text.slice(0, close.index + 1) : '';
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
