/** Level of a line about starting and ending, which no configured log can take yet. */
export type StructuredLevel = 'INFO' | 'WARN' | 'ERROR';

/** Values behind the message; absent ones are left out. */
export type StructuredValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line about starting or ending. */
export type StructuredLine = (
  level: StructuredLevel,
  message: string,
  values?: StructuredValues,
) => string;

/** The form of lines about starting and ending that goes with a form of logs (`-log-format`). */
export function structuredLineOf(format: 'text' | 'json'): StructuredLine {
  return format === 'json' ? jsonLine : structuredLine;
}

/** As the lines of a JSON log: `time`, `level`, `source` and `text`, and the values beside them. */
function jsonLine(level: StructuredLevel, message: string, values: StructuredValues = {}): string {
  const time = new Date(Date.now()).toISOString();
  const members = { time, level: level.toLowerCase(), source: 'proxy', text: message, ...values };
  return `${JSON.stringify(members)}\n`;
}

/**
 * One line of `time=… level=… msg=… key=value …`, quoted where a value needs it: the form in which
 * start-up failures go to stderr.
 */
export function structuredLine(
  level: StructuredLevel,
  message: string,
  values: StructuredValues = {},
): string {
  const time = new Date(Date.now()).toISOString();
  const all: StructuredValues = { time, level, msg: message, ...values };
  const pairs = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${quoted(String(value))}`);
  return `${pairs.join(' ')}\n`;
}

function quoted(text: string): string {
  return /^[^\s"=\p{C}]+$/u.test(text) ? text : JSON.stringify(text);
}
