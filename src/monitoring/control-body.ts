import { DroverError } from '#lib/foundation';
import { ServerRegistration } from './registered.servers.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Longest time that a caller may wait, milliseconds. */
const MAX_TIMEOUT_MS = 3_600_000;

/**
 * The JSON object in the body of a control request; an empty body is an empty object.
 * @throws DroverError BAD_REQUEST
 */
export function bodyObject(body: unknown): JsonObject {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as JsonObject;
    }
  } catch {
    return refuse('the body is no JSON');
  }
  return refuse('the body must be a JSON object');
}

/** True or false; false when the member is not there. */
export function flag(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false;
  return typeof value === 'boolean' ? value : refuse(`${name} must be true or false`);
}

/** A time in milliseconds, or the fallback when the member is not there. */
export function duration(body: JsonObject, name: string, fallback: number): number {
  const value = body[name] ?? fallback;
  const isValid = typeof value === 'number' && value >= 0 && value <= MAX_TIMEOUT_MS;
  return isValid
    ? value
    : refuse(`${name} must be a number of milliseconds up to ${MAX_TIMEOUT_MS}`);
}

/** A server to watch. @throws DroverError BAD_REQUEST that names the member. */
export function registration(body: JsonObject): ServerRegistration {
  const { port } = body;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
  if (!isPort) return refuse('port must be a port number');
  return {
    modelName: text(body, 'modelName'),
    host: host(text(body, 'host')),
    port,
    apiKey: body['apiKey'] === undefined ? null : text(body, 'apiKey'),
    intervalMs: body['intervalMs'] === undefined ? null : duration(body, 'intervalMs', 0),
  };
}

function text(body: JsonObject, name: string): string {
  const value = body[name];
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= 500;
  return isText ? value.trim() : refuse(`${name} must be a text`);
}

function host(name: string): string {
  return /^[A-Za-z0-9.:_-]+$/.test(name) ? name : refuse('host must be a host name or an address');
}

function refuse(message: string): never {
  throw new DroverError('BAD_REQUEST', message);
}
