import { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, DroverConfig } from '#lib/config';
import { CLOCK, type Clock } from '#lib/foundation';
import { Access, NO_KEY_NEEDED } from './access.interface.js';
import { ApiKeys } from './api-keys.js';
import { credentialsOf } from './credentials.js';
import { JwtVerifier } from './jwt.verifier.js';

/** Finds out who sends a request. Without keys and tokens in the configuration it is everybody. */
@Injectable()
export class Authenticator {
  private keys: ApiKeys;
  private keysOf: DroverConfig;

  constructor(
    private readonly config: ConfigStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly tokens: JwtVerifier,
  ) {
    this.keysOf = config.current;
    this.keys = this.readKeys();
  }

  /** What a request's credentials are worth; a promise only where a token has to be verified. */
  judge(headers: IncomingHttpHeaders): Access | Promise<Access> {
    const keys = this.currentKeys();
    const { jwt } = this.keysOf;
    if (keys.isEmpty && !jwt) return NO_KEY_NEEDED;
    const credentials = credentialsOf(headers);
    const access = keys.check(credentials);
    if (access.client || !jwt || !isToken(credentials.bearer)) return access;
    return this.tokens.verify(credentials.bearer, jwt);
  }

  /** Keys are read once per configuration, not once per request. */
  private currentKeys(): ApiKeys {
    if (this.config.current !== this.keysOf) {
      this.keysOf = this.config.current;
      this.keys = this.readKeys();
    }
    return this.keys;
  }

  private readKeys(): ApiKeys {
    return new ApiKeys(this.keysOf, () => this.clock.wallMs());
  }
}

/** Whether a credential has the form of a signed token (RFC 7519, 3). */
function isToken(bearer: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(bearer);
}
