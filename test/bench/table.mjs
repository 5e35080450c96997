// Tables of results.

/** A Markdown table. */
export function tableOf(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Prints a Markdown table under a title. */
export function printTable(title, head, rows) {
  console.log(`\n${title}\n\n${tableOf(head, rows)}`);
}
