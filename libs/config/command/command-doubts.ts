/**
 * Mistakes that the splitting of commands hides: the results stay as they are, but the author
 * should know.
 */
export function commandDoubts(text: string, platform: NodeJS.Platform): string[] {
  const doubts: string[] = [];
  const lines = text.split('\n').map((line) => line.trim());
  if (hasOpenQuote(text, platform)) doubts.push('has a quote that is never closed');
  if (lines.some((line) => line.endsWith('\\\\') && !line.startsWith('#'))) {
    doubts.push('has two backslashes at the end of a line; one of them stays as an argument');
  } else if (platform === 'win32' && lines.some((line) => /[A-Za-z]:\\(\S*\\)?$/.test(line))) {
    doubts.push('has a path with a backslash at the end of a line, which loses the backslash');
  }
  if (lines.some((line) => /\s#\s/.test(line) && !line.startsWith('#') && !/["']/.test(line))) {
    doubts.push('has a "#" after arguments: what follows is no comment, it becomes arguments');
  }
  return doubts;
}

/** Whether a comment line stands where a quote is open. */
export function hasCommentInQuotes(text: string, platform: NodeJS.Platform): boolean {
  const lines = text.split('\n');
  return lines.some(
    (line, index) =>
      line.trim().startsWith('#') && hasOpenQuote(lines.slice(0, index).join('\n'), platform),
  );
}

/** Whether a quote is open when the text ends. */
function hasOpenQuote(text: string, platform: NodeJS.Platform): boolean {
  let open: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '\\' && open !== "'") at += 1;
    else if (open !== null) open = char === open ? null : open;
    else if (char === '"' || (char === "'" && platform !== 'win32')) open = char;
  }
  return open !== null;
}
