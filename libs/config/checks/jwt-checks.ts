import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AccessScope, JwtConfig } from '../access.interface.js';
import { ACCESS_SCOPES, JwtOptions } from '../options/access.options.js';
import { CheckContext } from './check-context.js';

const PATH = ['auth', 'jwt'];

/** Checks `auth.jwt` and reads the key set that it names; null when tokens are not accepted. */
export function checkJwt(context: CheckContext, cwd: string): JwtConfig | null {
  const { jwt } = context.options.auth;
  if (jwt === null) return null;
  const refuse = (key: string, message: string): void => context.error([...PATH, key], message);
  if (jwt.issuer === '') refuse('issuer', 'must not be empty');
  if (jwt.audience.length === 0) refuse('audience', 'must name at least one audience');
  if (jwt.algorithms.length === 0) refuse('algorithms', 'must name at least one algorithm');
  if (jwt.clockTolerance < 0) refuse('clockTolerance', 'must not be negative');
  if ((jwt.jwksUri === '') === (jwt.jwksFile === '')) {
    context.error(PATH, 'must have exactly one of jwksUri and jwksFile');
  }
  checkAddress(jwt, refuse);
  return {
    issuer: jwt.issuer,
    audience: jwt.audience,
    jwksUri: jwt.jwksUri === '' ? null : jwt.jwksUri,
    jwks: jwt.jwksFile === '' ? null : readKeySet(resolve(cwd, jwt.jwksFile), refuse),
    algorithms: jwt.algorithms,
    clockToleranceMs: jwt.clockTolerance,
    nameClaim: jwt.nameClaim,
    scopesClaim: jwt.scopesClaim,
    rolesClaim: jwt.rolesClaim,
    roles: new Map([...jwt.roles].map(([role, text]) => [role, scopesOf(role, text, context)])),
  };
}

type Refuse = (key: string, message: string) => void;

/** A key set that anybody on the way could replace would let anybody in. */
function checkAddress({ jwksUri }: JwtOptions, refuse: Refuse): void {
  if (jwksUri === '') return;
  const url = URL.canParse(jwksUri) ? new URL(jwksUri) : null;
  const isLocal = url !== null && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return;
  refuse('jwksUri', `must be an https address, is ${jwksUri}`);
}

function readKeySet(file: string, refuse: Refuse): string | null {
  try {
    const text = readFileSync(file, 'utf8');
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(keys) && keys.length > 0) return text;
    refuse('jwksFile', `${file} holds no key set`);
  } catch {
    refuse('jwksFile', `${file} cannot be read as JSON`);
  }
  return null;
}

function scopesOf(role: string, text: string, context: CheckContext): AccessScope[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const known: readonly string[] = ACCESS_SCOPES;
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    const message = `"${unknown}" is no right; there are ${ACCESS_SCOPES.join(', ')}`;
    context.error([...PATH, 'roles', role], message);
  }
  return words as AccessScope[];
}
