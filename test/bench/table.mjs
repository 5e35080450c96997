// Tables of results.

const line = (cells) => `| ${cells.join(' | ')} |`;

/** A Markdown table. */
export function tableOf(head, rows) {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Prints a Markdown table under a title. */
export function printTable(title, head, rows) {
  console.log(`\n${title}\n\n${tableOf(head, rows)}`);
}
