/** The text without the lines whose first character, blanks aside, is a number sign. */
export function withoutCommentLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'))
    .join('\n');
}

/**
 * First stage of command splitting, the same on every platform: comment lines go, a backslash at
 * the end of a line becomes one blank, and line ends stay.
 */
export function joinCommandLines(text: string): string {
  return withoutCommentLines(text)
    .split('\n')
    .map((line) => {
      const trimmed = line.trim();
      return trimmed.endsWith('\\') ? `${trimmed.slice(0, -1)} ` : line;
    })
    .join('\n');
}
