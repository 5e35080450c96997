import { DroverError } from '#lib/foundation';
import { skipSpace, skipValue } from '#lib/proxy';

/**
 * Reads `{"name": "coding"}`; null or an empty name deactivates. What follows the first JSON value is
 * ignored, as existing clients may rely on.
 *
 * @throws DroverError BAD_REQUEST
 */
export function readProfileName(body: unknown): string | null {
  const value = firstValue(body);
  if (typeof value !== 'object' || Array.isArray(value)) throw bad('invalid profile request');
  if (value === null || !('name' in value)) throw bad('profile name is required');
  const { name } = value;
  if (name === null || name === '') return null;
  if (typeof name !== 'string') throw bad('profile name must be a string or null');
  return name;
}

function firstValue(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) throw bad('invalid profile request');
  const start = skipSpace(body, 0);
  const end = skipValue(body, start);
  try {
    return JSON.parse(body.toString('utf8', start, end < 0 ? body.length : end));
  } catch {
    throw bad('invalid profile request');
  }
}

function bad(message: string): DroverError {
  return new DroverError('BAD_REQUEST', message);
}
