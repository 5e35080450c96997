import { AccessScope, JwtConfig } from '#lib/config';
import { printable } from '#lib/proxy';
import { Client } from './client.interface.js';
import { ALL_SCOPES, withIncluded } from './scopes.js';

type Claims = Readonly<Record<string, unknown>>;

/** Who a verified token speaks for. Its name cannot be mistaken for that of a key. */
export function clientOf(claims: Claims, config: JwtConfig): Client {
  const name = valueAt(claims, config.nameClaim);
  const roles = words(valueAt(claims, config.rolesClaim));
  const scopes = [
    ...words(valueAt(claims, config.scopesClaim)).map((word) => word.replace(/^drover[:.]/, '')),
    ...roles.flatMap((role) => config.roles.get(role) ?? []),
  ].filter(isScope);
  return {
    name: `jwt:${typeof name === 'string' ? printable(name) : ''}`,
    scopes: withIncluded(scopes),
    models: null,
    limits: null,
  };
}

function isScope(word: string): word is AccessScope {
  return (ALL_SCOPES as ReadonlySet<string>).has(word);
}

/** The claim of this name, or what its dots lead to. */
function valueAt(claims: Claims, path: string): unknown {
  if (path === '') return undefined;
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Claims)[step];
  }
  return value;
}

function words(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
