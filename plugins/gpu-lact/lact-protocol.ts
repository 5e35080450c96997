import { ProbeError } from '#lib/plugin-api';

/** A device in the answer to `list_devices`. */
export interface LactDevice {
  readonly id: string;
  readonly name: string | null;
  readonly isIntegrated: boolean;
}

/** A JSON object of unknown shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A request as the daemon reads it: one JSON object in one line. */
export function requestLine(command: string, args?: JsonObject): string {
  return `${JSON.stringify(args ? { command, args } : { command })}\n`;
}

/**
 * The data of an answer line.
 * @throws ProbeError `device_error` with the daemon's own words, `bad_answer` for anything unreadable.
 */
export function answerData(line: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch {
    throw new ProbeError('bad_answer', `LACT answered no JSON: ${line.slice(0, 100)}`);
  }
  const { status, data } = objectOf(answer);
  if (status === 'ok') return data;
  if (status !== 'error') throw new ProbeError('bad_answer', 'LACT answered without a status');
  throw new ProbeError('device_error', describe(data));
}

/** The devices in the answer to `list_devices`; entries without an id are left out. */
export function devicesOf(data: unknown): readonly LactDevice[] {
  if (!Array.isArray(data)) throw new ProbeError('bad_answer', 'LACT listed no devices');
  return data
    .map(objectOf)
    .filter((device) => typeof device['id'] === 'string')
    .map((device) => ({
      id: String(device['id']),
      name: typeof device['name'] === 'string' ? device['name'] : null,
      isIntegrated: device['device_type'] === 'Integrated',
    }));
}

/** The value as an object; an empty one for anything else. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

/** Current daemons nest descriptions, old ones answer a text. */
function describe(data: unknown): string {
  if (typeof data === 'string') return data;
  const { description, source } = objectOf(data);
  const words = typeof description === 'string' ? description : 'LACT reports an error';
  return source ? `${words}: ${describe(source)}` : words;
}
