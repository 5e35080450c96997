import { IncomingHttpHeaders } from 'node:http';

/** The credentials of a request in the forms that are accepted; empty where there are none. */
export interface Credentials {
  readonly bearer: string;
  /** Password of Basic credentials; the user's name does not count. */
  readonly password: string;
  readonly apiKey: string;
}

/** Reads the credentials of a request: `Authorization` (RFC 7617, RFC 6750) and `x-api-key`. */
export function credentialsOf({
  authorization = '',
  'x-api-key': apiKey,
}: IncomingHttpHeaders): Credentials {
  const at = authorization.indexOf(' ');
  const scheme = authorization.slice(0, Math.max(at, 0)).toLowerCase();
  const token = authorization.slice(at + 1);
  return {
    bearer: scheme === 'bearer' ? token : '',
    password: scheme === 'basic' ? passwordOf(token) : '',
    apiKey: typeof apiKey === 'string' ? apiKey : '',
  };
}

/** Password of Basic credentials; empty when they cannot be read. */
function passwordOf(credentials: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(credentials) || credentials.length % 4 !== 0) return '';
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? '' : text.slice(at + 1);
}
