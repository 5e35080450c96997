import { DroverError } from '#lib/foundation';

/** The question of `POST /api/v1/plan`. */
export interface PlanRequest {
  /** Model or alias that would be asked for. */
  readonly request: string;
  /** Models taken to be running; null for those that are. */
  readonly running: readonly string[] | null;
}

/**
 * Reads `{"request": "c", "running": ["a", "b"]}`; without `running` the present situation counts.
 *
 * @throws DroverError `BAD_REQUEST` that says what is wrong.
 */
export function readPlanRequest(body: unknown): PlanRequest {
  const value = parse(body);
  if (typeof value !== 'object' || value === null) throw bad('the body must be a JSON object');
  const { request, running = null } = value as Record<string, unknown>;
  if (typeof request !== 'string' || request === '') {
    throw bad('"request" must be the name of a model');
  }
  if (running !== null && !isTexts(running)) throw bad('"running" must be a list of model names');
  return { request, running };
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch {
    throw bad('the body must be JSON, for example {"request": "c", "running": ["a", "b"]}');
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function bad(message: string): DroverError {
  return new DroverError('BAD_REQUEST', message);
}
