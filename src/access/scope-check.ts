import { AccessScope } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { Client } from './client.interface.js';

/** The right that a request needs; `any`: whatever right a client has. */
export type NeededScope = AccessScope | 'any';

/** Why a client may not do something; null when it may. */
export function whyNot({ name, scopes }: Client, needed: NeededScope): DroverError | null {
  if (needed === 'any' ? scopes.size > 0 : scopes.has(needed)) return null;
  const right = needed === 'any' ? 'any right' : `the right "${needed}"`;
  return new DroverError('SCOPE_MISSING', `"${name}" has not ${right}, which this request needs`);
}
