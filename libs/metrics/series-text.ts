/** Labels of one series; they keep their order on the page. */
export type SeriesLabels = Readonly<Record<string, string>>;

/**
 * Labels as they stand between the braces of a line, `a="1",b="2"`; empty without labels.
 * Prometheus text format 0.0.4.
 */
export function labelText(labels: SeriesLabels): string {
  let text = '';
  for (const name in labels) {
    if (text !== '') text += ',';
    text += `${name}="${escaped(labels[name]!)}"`;
  }
  return text;
}

/** A line up to its value. */
export function lineHead(name: string, labels: SeriesLabels): string {
  const text = labelText(labels);
  return text === '' ? `\n${name} ` : `\n${name}{${text}} `;
}

/** The lines of a family in front of its series. */
export function familyHead(name: string, help: string, type: string): string {
  const meaning = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${name} ${meaning}\n# TYPE ${name} ${type}`;
}

function escaped(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
