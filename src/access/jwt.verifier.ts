import { hash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { JwtConfig } from '#lib/config';
import { CLOCK, type Clock, DroverError } from '#lib/foundation';
import { Access, REFUSED } from './access.interface.js';
import { clientOf } from './claims.js';
import { Client } from './client.interface.js';
import type { KeySet } from './key-set.js';

/** A verified token is not verified again for so long, milliseconds. */
const REMEMBERED_MS = 60_000;
/** Verified tokens that are remembered; the oldest goes. */
const MAX_REMEMBERED = 1000;

interface Remembered {
  readonly client: Client;
  readonly untilMs: number;
}

/** What is wrong with tokens, in words that tell a stranger nothing. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'it is for somebody else, from somebody else, or not valid yet',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is wrong',
  ERR_JWKS_NO_MATCHING_KEY: 'its issuer has no such key',
  ERR_JOSE_ALG_NOT_ALLOWED: 'its algorithm is not accepted',
};

/** Reasons that lie with the issuer, or the way to it. */
const UNAVAILABLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/** Verifies bearer tokens (RFC 7519): signature, issuer, audience, times. */
@Injectable()
export class JwtVerifier {
  private readonly logger = new Logger('access');
  private remembered = new Map<string, Remembered>();
  private keySet: Promise<KeySet> | null = null;
  private keySetOf: JwtConfig | null = null;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** What a token is worth; never rejects. */
  async verify(token: string, config: JwtConfig): Promise<Access> {
    if (config !== this.keySetOf) this.begin(config);
    const digest = hash('sha256', token, 'base64url');
    const known = this.remembered.get(digest);
    if (known && known.untilMs > this.clock.wallMs()) return granted(known.client);
    try {
      return granted(await this.check(token, digest, config));
    } catch (error) {
      return { ...REFUSED, problem: this.problemOf(error) };
    }
  }

  private begin(config: JwtConfig): void {
    this.keySetOf = config;
    this.remembered = new Map();
    // Loaded late: most configurations have no tokens.
    this.keySet = import('./key-set.js').then(({ keySetOf }) => keySetOf(config));
  }

  private async check(token: string, digest: string, config: JwtConfig): Promise<Client> {
    const { remembered } = this;
    const { jwtVerify } = await import('jose');
    const nowMs = this.clock.wallMs();
    const { payload } = await jwtVerify(token, await this.keySet!, {
      issuer: config.issuer,
      audience: [...config.audience],
      algorithms: [...config.algorithms],
      clockTolerance: config.clockToleranceMs / 1000,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp'],
    });
    const client = clientOf(payload, config);
    const endMs = payload.exp! * 1000 + config.clockToleranceMs;
    const oldest = remembered.keys().next();
    if (remembered.size >= MAX_REMEMBERED && !oldest.done) remembered.delete(oldest.value);
    remembered.set(digest, { client, untilMs: Math.min(nowMs + REMEMBERED_MS, endMs) });
    return client;
  }

  private problemOf(error: unknown): DroverError {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === '' || UNAVAILABLE.has(code) || error instanceof TypeError) {
      this.logger.warn(`the keys of the token issuer cannot be had: ${String(error)}`);
      const message = 'the token cannot be verified at the moment';
      return new DroverError('TOKEN_UNVERIFIABLE', message, { retryAfterSeconds: 5 });
    }
    const reason = REASONS[code] ?? 'it is no signed token';
    return new DroverError('TOKEN_INVALID', `the bearer token is not valid: ${reason}`);
  }
}

function granted(client: Client): Access {
  return { client, problem: null, keyHeaders: CARRIER, isDeliberate: true };
}

const CARRIER: ReadonlySet<string> = new Set(['authorization']);
