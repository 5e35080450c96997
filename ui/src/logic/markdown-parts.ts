/**
 * Cuts a growing Markdown text into parts that are drawn by themselves: finished parts stay as they are
 * while the last one grows. A cut is made at a blank line outside code, formulas, lists and quotes.
 * The last part is closed provisionally: a fence or formula that is still open would swallow the page.
 */
export function growingParts(source: string): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let open: Opening | null = null;
  const lines = source.split('\n');
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    open = open ? stillOpen(open, line) : opened(line);
    part.push(line);
    if (open || line.trim() !== '' || next === undefined || continues(next)) continue;
    parts.push(part.join('\n'));
    part = [];
  }
  const rest = part.join('\n');
  if (rest) parts.push(open ? `${rest}\n${open.close}` : rest);
  return parts;
}

/** A stretch that is not over yet, and what ends it. */
interface Opening {
  readonly close: string;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

function opened(line: string): Opening | null {
  const fence = FENCE.exec(line)?.[1];
  if (fence) return { close: fence };
  const text = line.trim();
  if (text.startsWith('$$') && !text.slice(2).includes('$$')) return { close: '$$' };
  if (text.startsWith('\\[') && !text.includes('\\]')) return { close: '\\]' };
  return null;
}

function stillOpen(open: Opening, line: string): Opening | null {
  const text = line.trim();
  if (open.close === '$$' || open.close === '\\]') return text.endsWith(open.close) ? null : open;
  const isEnd = text.startsWith(open.close) && /^(`+|~+)$/.test(text);
  return isEnd ? null : open;
}

/** Lists, quotes and what is indented may go on after a blank line. */
function continues(line: string): boolean {
  return line.trim() === '' || /^(?:\s|[-*+>]|\d+[.)])/.test(line);
}
