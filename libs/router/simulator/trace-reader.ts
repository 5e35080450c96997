import { isObject, traceComplaints } from './trace-form.js';
import { Trace } from './trace.interface.js';

/**
 * Reads traces from text: one JSON document, a JSON list of them, or one document per line (NDJSON).
 *
 * @throws Error that names `source` and what is wrong with it.
 */
export function readTraces(text: string, source: string): Trace[] {
  const whole = parse(text);
  if (whole !== undefined) {
    const list = Array.isArray(whole) ? (whole as unknown[]) : [whole];
    return list.map((value, index) =>
      check(value, list.length > 1 ? `${source}[${index}]` : source),
    );
  }
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), at: `${source}:${index + 1}` }))
    .filter(({ line }) => line !== '')
    .map(({ line, at }) => check(parse(line), at));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function check(value: unknown, at: string): Trace {
  if (value === undefined) throw new Error(`${at}: is not valid JSON`);
  if (!isObject(value)) throw new Error(`${at}: is not a trace; expected an object`);
  const { format = 'routing-trace/1' } = value;
  if (format !== 'routing-trace/1') {
    throw new Error(`${at}: format is ${JSON.stringify(format)}; expected "routing-trace/1"`);
  }
  const complaints = traceComplaints(value);
  if (complaints.length > 0) {
    throw new Error(complaints.map((complaint) => `${at}: ${complaint}`).join('\n'));
  }
  const id = typeof value['id'] === 'string' ? value['id'] : at;
  const config = { router: 'group', ...(value['config'] as object) };
  return { ...value, id, config } as unknown as Trace;
}
