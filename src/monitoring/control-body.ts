import { DroverError } from '#lib/foundation';
import {
  DEFAULT_INTERVAL_MS,
  ENGINE_KINDS,
  EngineKind,
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
} from '#lib/monitor';
import { StartOverride } from '#lib/process';
import { ModelRegistration } from '../discovery/registered.models.js';
import { serverArguments } from '../discovery/server-arguments.js';
import { ServerAddress } from '../discovery/server.finder.js';
import { ServerRegistration } from './registered.servers.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Most paths or addresses of one search. */
const MAX_PLACES = 32;

/** What is looked for, and where. */
export interface DiscoveryRequest {
  /** Null: all folders of models. */
  readonly paths: readonly string[] | null;
  readonly addresses: readonly ServerAddress[];
  /** Whether what is found is registered at once. */
  readonly isRegistering: boolean;
}

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

/** What a start is given beside the configuration, or null. @throws DroverError BAD_REQUEST */
export function startOverride(body: JsonObject): StartOverride | null {
  const overrides = body['overrides'] ?? null;
  if (overrides === null) return null;
  if (typeof overrides !== 'object' || Array.isArray(overrides)) {
    return refuse('overrides must be an object such as {"args": ["--ctx-size", "8192"]}');
  }
  const unknown = Object.keys(overrides).find((name) => name !== 'args');
  if (unknown !== undefined) return refuse(`overrides may hold args only, not ${unknown}`);
  return { args: serverArguments((overrides as JsonObject)['args']) };
}

/** A file to be served. @throws DroverError BAD_REQUEST that names the member. */
export function modelRegistration(body: JsonObject): ModelRegistration {
  const modelName = text(body, 'modelName');
  if (/[\p{Cc}$]/u.test(modelName))
    return refuse('modelName must hold no control characters, no $');
  return {
    modelName,
    path: text(body, 'path'),
    args: serverArguments(body['args']),
    port: body['port'] === undefined ? null : portOf(body['port']),
  };
}

/** What to look for. @throws DroverError BAD_REQUEST that names the member. */
export function discoveryRequest(body: JsonObject): DiscoveryRequest {
  const { paths, addresses } = body;
  return {
    paths: paths === undefined ? null : list(paths, 'paths').map((path) => textOf(path, 'paths')),
    addresses: list(addresses ?? [], 'addresses').map(addressOf),
    isRegistering: flag(body, 'register'),
  };
}

/** A server to watch. @throws DroverError BAD_REQUEST that names the member. */
export function registration(body: JsonObject): ServerRegistration {
  return {
    modelName: text(body, 'modelName'),
    host: host(text(body, 'host')),
    port: portOf(body['port']),
    engine: engineOf(body['engine'] ?? null),
    apiKey: body['apiKey'] === undefined ? null : text(body, 'apiKey'),
    intervalMs: body['intervalMs'] === undefined ? null : interval(body),
  };
}

/** A polling interval, milliseconds; a second when the member is not there. */
export function interval(body: JsonObject): number {
  const value = body['intervalMs'] ?? DEFAULT_INTERVAL_MS;
  const isValid = typeof value === 'number' && value >= MIN_INTERVAL_MS && value <= MAX_INTERVAL_MS;
  const limits = `${MIN_INTERVAL_MS} to ${MAX_INTERVAL_MS}`;
  return isValid ? value : refuse(`intervalMs must be a number of milliseconds, ${limits}`);
}

function engineOf(value: unknown): EngineKind | null {
  if (value === null) return null;
  const known = ENGINE_KINDS.find((kind) => kind === value);
  return known ?? refuse(`engine must be one of ${ENGINE_KINDS.join(', ')}`);
}

function text(body: JsonObject, name: string): string {
  return textOf(body[name], name);
}

function textOf(value: unknown, name: string): string {
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= 500;
  return isText ? value.trim() : refuse(`${name} must be a text`);
}

function host(name: string): string {
  return /^[A-Za-z0-9.:_-]+$/.test(name) ? name : refuse('host must be a host name or an address');
}

function portOf(port: unknown): number {
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
  return isPort ? port : refuse('port must be a port number');
}

function list(value: unknown, name: string): readonly unknown[] {
  const isList = Array.isArray(value) && value.length <= MAX_PLACES;
  return isList ? value : refuse(`${name} must be a list of at most ${MAX_PLACES} texts`);
}

/** `host:port`, the host in brackets where it holds colons. */
function addressOf(value: unknown): ServerAddress {
  const match = /^(?:http:\/\/)?(?:\[([^\]]+)\]|([^:/]+)):(\d+)\/?$/.exec(
    textOf(value, 'addresses'),
  );
  if (!match) return refuse('addresses must be texts such as 127.0.0.1:8080');
  const name = host(match[1] ?? match[2]!);
  // The services of clouds for their own machines listen there.
  if (/^(169\.254\.|fe[89ab][0-9a-f]:)/i.test(name))
    return refuse('addresses may not be link-local');
  return { host: name, port: portOf(Number(match[3])) };
}

function refuse(message: string): never {
  throw new DroverError('BAD_REQUEST', message);
}
