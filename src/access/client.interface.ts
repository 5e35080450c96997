import { AccessScope } from '#lib/config';
import { ModelPatterns } from './model-patterns.js';

/** What a client may do in which time. 0 = no limit. */
export interface ClientLimits {
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly concurrency: number;
}

/** Who sends a request, and what it may. */
export interface Client {
  /** Name of the key or of the token's subject; empty where nobody asks who somebody is. */
  readonly name: string;
  /** With everything that a right includes. */
  readonly scopes: ReadonlySet<AccessScope>;
  /** Models that it may use; null = all. */
  readonly models: ModelPatterns | null;
  /** Null = no limits. */
  readonly limits: ClientLimits | null;
}
