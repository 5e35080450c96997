import { hash, timingSafeEqual } from 'node:crypto';
import { DroverConfig, NamedKeyConfig } from '#lib/config';
import { DroverError, formatRfc3339 } from '#lib/foundation';
import { Access, REFUSED } from './access.interface.js';
import { Client } from './client.interface.js';
import { Credentials } from './credentials.js';
import { ModelPatterns } from './model-patterns.js';
import { ALL_SCOPES, withIncluded } from './scopes.js';

/** The part of the configuration that says who is let in by a key. */
export type KeysConfig = Pick<DroverConfig, 'apiKeys' | 'namedKeys'>;

interface KnownKey {
  readonly digest: Buffer;
  readonly client: Client;
  /** Unix milliseconds; null = never. */
  readonly expiresMs: number | null;
}

/** The keys that let a client in. */
export class ApiKeys {
  private readonly keys: readonly KnownKey[];

  /** @param wallMs Unix milliseconds */
  constructor(
    { apiKeys, namedKeys }: KeysConfig,
    private readonly wallMs: () => number,
  ) {
    this.keys = [
      ...apiKeys.map((key, index) => ({
        digest: digest(key),
        client: { name: `apiKeys[${index}]`, scopes: ALL_SCOPES, models: null, limits: null },
        expiresMs: null,
      })),
      ...namedKeys.map(namedKey),
    ];
  }

  get isEmpty(): boolean {
    return this.keys.length === 0;
  }

  /** Judges all credentials of a request; one valid key among several is enough. */
  check({ bearer, password, apiKey }: Credentials): Access {
    const byBearer = this.find(bearer);
    const byPassword = this.find(password);
    const byHeader = this.find(apiKey);
    const found = [byBearer, byPassword, byHeader].filter((key) => key !== null);
    const valid = found.find((key) => !this.hasEnded(key));
    if (!valid) return found[0] ? { ...REFUSED, problem: expired(found[0]) } : REFUSED;
    const keyHeaders = new Set<string>();
    if (byBearer || byPassword) keyHeaders.add('authorization');
    if (byHeader) keyHeaders.add('x-api-key');
    const isDeliberate = valid === byBearer || valid === byHeader;
    return { client: valid.client, problem: null, keyHeaders, isDeliberate };
  }

  /** Compares with every key in constant time, so that the time tells nothing about any of them. */
  private find(candidate: string): KnownKey | null {
    if (candidate === '') return null;
    const presented = digest(candidate);
    let found: KnownKey | null = null;
    for (const key of this.keys) {
      const isSame = timingSafeEqual(key.digest, presented);
      found = isSame ? (found ?? key) : found;
    }
    return found;
  }

  private hasEnded({ expiresMs }: KnownKey): boolean {
    return expiresMs !== null && this.wallMs() >= expiresMs;
  }
}

function namedKey(config: NamedKeyConfig): KnownKey {
  const { name, sha256, models, scopes, expiresMs } = config;
  const { requestsPerMinute, tokensPerMinute, concurrency } = config;
  const isLimited = requestsPerMinute > 0 || tokensPerMinute > 0 || concurrency > 0;
  return {
    digest: Buffer.from(sha256, 'hex'),
    client: {
      name,
      scopes: withIncluded(scopes),
      models: models.length === 0 ? null : new ModelPatterns(models),
      limits: isLimited ? { requestsPerMinute, tokensPerMinute, concurrency } : null,
    },
    expiresMs,
  };
}

function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

function expired({ client, expiresMs }: KnownKey): DroverError {
  const message = `the key "${client.name}" has expired on ${formatRfc3339(expiresMs!)}`;
  return new DroverError('KEY_EXPIRED', message);
}
