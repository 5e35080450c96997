import { IncomingMessage } from 'node:http';
import { ApiError, invalidRequest } from './api.error.js';

/** A JSON object as it came from a client: nothing about its members is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

const LARGEST_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Reads a request's body as a JSON object.
 * @throws ApiError when it is too large or no JSON object
 */
export async function readJson(request: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LARGEST_BODY_BYTES) {
      throw new ApiError(413, {
        type: 'invalid_request_error',
        message: 'the body exceeds 64 MiB',
      });
    }
    parts.push(part);
  }
  return parseObject(Buffer.concat(parts).toString('utf8'));
}

/** True for a JSON object, false for null, arrays and plain values. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that is a non-negative whole number, or null when it is anything else. */
export function countOf(body: JsonObject, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = body[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  }
  return null;
}

/** Texts in a member that may be one text, a list of texts or a list of objects with `text`. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  return value.flatMap((part: unknown) => {
    if (typeof part === 'string') return [part];
    return isObject(part) && typeof part['text'] === 'string' ? [part['text']] : [];
  });
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidRequest(`the body is not valid JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw invalidRequest('the body must be a JSON object');
  return value;
}
