import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseRfc3339 } from '#lib/foundation';
import { AccessScope, NamedKeyConfig } from '../access.interface.js';
import { ClientKeyOptions } from '../options/access.options.js';
import { Environment } from '../sources/environment.js';
import { KeyPath } from '../yaml/key-path.js';
import { CheckContext } from './check-context.js';

/** Where keys may lie besides the file. */
export interface KeySources {
  readonly env: Environment;
  readonly cwd: string;
}

const SOURCES = ['key', 'env', 'file', 'sha256'] as const;

/** Rights that reach every model. */
const FOR_ALL_MODELS = new Set(['operate', 'admin']);

/** Checks `apiKeys` and looks up the keys of its named entries. */
export function checkKeys(context: CheckContext, sources: KeySources): NamedKeyConfig[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  return context.options.apiKeys.flatMap((entry, index) => {
    const path = ['apiKeys', index];
    if (typeof entry === 'string') {
      checkText(context, path, entry);
      return [];
    }
    if (entry.name.trim() === '') context.error([...path, 'name'], 'must not be empty');
    else if (names.has(entry.name)) context.error([...path, 'name'], 'is the name of another key');
    names.add(entry.name);
    if (entry.models.length > 0 && entry.scopes.some((scope) => FOR_ALL_MODELS.has(scope))) {
      const message = 'a key that is limited to models can have inference and read only';
      context.error([...path, 'scopes'], message);
    }
    const sha256 = new KeyEntry(context, path, entry).digest(sources);
    if (sha256 === null) return [];
    if (seen.has(sha256)) context.error(path, 'has the same key as another entry');
    seen.add(sha256);
    return [namedKey(entry, sha256, expiry(context, path, entry))];
  });
}

function checkText(context: CheckContext, path: KeyPath, key: string): boolean {
  if (key === '') context.error(path, 'must not be empty');
  else if (key.includes(' ')) context.error(path, 'must not contain spaces');
  else return true;
  return false;
}

/** One entry with its place. */
class KeyEntry {
  constructor(
    private readonly context: CheckContext,
    private readonly path: KeyPath,
    private readonly entry: ClientKeyOptions,
  ) {}

  /** The digest of its key, or null after a problem was reported. */
  digest({ env, cwd }: KeySources): string | null {
    const given = SOURCES.filter((source) => this.entry[source] !== '');
    const [source] = given;
    if (source === undefined || given.length > 1) {
      return this.refuse([], `must have exactly one of ${SOURCES.join(', ')}`);
    }
    if (source === 'sha256') return this.readDigest();
    const key = source === 'key' ? this.entry.key : this.lookUp(source, { env, cwd });
    if (key === null || !checkText(this.context, [...this.path, source], key)) return null;
    return createHash('sha256').update(key).digest('hex');
  }

  private readDigest(): string | null {
    const digest = this.entry.sha256.toLowerCase();
    return /^[0-9a-f]{64}$/.test(digest)
      ? digest
      : this.refuse(['sha256'], 'must have 64 hexadecimal digits');
  }

  private lookUp(source: 'env' | 'file', { env, cwd }: KeySources): string | null {
    if (source === 'env') {
      const value = env[this.entry.env];
      return value ?? this.refuse(['env'], `the variable ${this.entry.env} is not set`);
    }
    try {
      return readFileSync(resolve(cwd, this.entry.file), 'utf8').trim();
    } catch {
      return this.refuse(['file'], `the file ${this.entry.file} cannot be read`);
    }
  }

  private refuse(below: KeyPath, message: string): null {
    this.context.error([...this.path, ...below], message);
    return null;
  }
}

function expiry(
  context: CheckContext,
  path: KeyPath,
  { expires }: ClientKeyOptions,
): number | null {
  if (expires === '') return null;
  const expiresMs = parseRfc3339(expires);
  if (expiresMs === null) {
    const message = `"${expires}" is no time in RFC 3339, such as 2027-01-01T00:00:00Z`;
    context.error([...path, 'expires'], message);
  }
  return expiresMs;
}

function namedKey(
  entry: ClientKeyOptions,
  sha256: string,
  expiresMs: number | null,
): NamedKeyConfig {
  const { name, models, scopes, requestsPerMinute, tokensPerMinute, concurrency } = entry;
  return {
    name,
    sha256,
    models,
    scopes: scopes as AccessScope[],
    expiresMs,
    requestsPerMinute,
    tokensPerMinute,
    concurrency,
  };
}
