import { AccessScope } from '#lib/config';

/** What each right includes, itself first. */
const INCLUDED: Readonly<Record<AccessScope, readonly AccessScope[]>> = {
  inference: ['inference'],
  read: ['read'],
  operate: ['operate', 'read'],
  admin: ['admin', 'operate', 'read', 'inference'],
};

/** Every right. */
export const ALL_SCOPES: ReadonlySet<AccessScope> = new Set(INCLUDED.admin);

/** The rights with everything that they include. */
export function withIncluded(scopes: Iterable<AccessScope>): ReadonlySet<AccessScope> {
  return new Set([...scopes].flatMap((scope) => INCLUDED[scope]));
}
