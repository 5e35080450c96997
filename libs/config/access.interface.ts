/** A right that a key or a token may have. */
export type AccessScope = 'inference' | 'read' | 'operate' | 'admin';

/** A key with a name and limits. The key itself is not kept. */
export interface NamedKeyConfig {
  readonly name: string;
  /** SHA-256 of the key in lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Patterns with `*` and `?`; empty: all models. */
  readonly models: readonly string[];
  readonly scopes: readonly AccessScope[];
  /** Wall-clock time from which on it is refused, Unix milliseconds; null = never. */
  readonly expiresMs: number | null;
  /** 0 = no limit. */
  readonly requestsPerMinute: number;
  /** 0 = no limit. */
  readonly tokensPerMinute: number;
  /** 0 = no limit. */
  readonly concurrency: number;
}

/** Bearer tokens that are accepted (RFC 7519). */
export interface JwtConfig {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Where the keys of the issuer are; null when they are in the configuration. */
  readonly jwksUri: string | null;
  /** The key set as read from its file (RFC 7517), JSON text; null with an address. */
  readonly jwks: string | null;
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  readonly nameClaim: string;
  readonly scopesClaim: string;
  /** Empty when roles do not count. */
  readonly rolesClaim: string;
  readonly roles: ReadonlyMap<string, readonly AccessScope[]>;
}

/** Where the actions of operators are written down. */
export interface AuditConfig {
  /** Null: in memory only. */
  readonly path: string | null;
  readonly maxBytes: number;
  readonly files: number;
}
