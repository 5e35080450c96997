import { hash, timingSafeEqual } from 'node:crypto';
import { IncomingHttpHeaders } from 'node:http';

/** What a request's credentials are worth. */
export interface Access {
  readonly granted: boolean;
  /** Lower-case names of the headers that carried a valid key; they go no further. */
  readonly keyHeaders: ReadonlySet<string>;
  /** Whether a program put the key there itself; a browser repeats Basic credentials by itself. */
  readonly isDeliberate: boolean;
}

/** Access to what nobody needs a key for. */
export const NO_KEY_NEEDED: Access = { granted: true, keyHeaders: new Set(), isDeliberate: false };
const REFUSED: Access = { granted: false, keyHeaders: new Set(), isDeliberate: false };

/** The keys that let a client in. Without any, everybody is. */
export class ApiKeys {
  private readonly digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.digests = keys.map((key) => digest(key));
  }

  /** Judges all credentials of a request; one valid key among several is enough. */
  check(headers: IncomingHttpHeaders): Access {
    if (this.digests.length === 0) return NO_KEY_NEEDED;
    const [scheme, token] = splitScheme(headers.authorization);
    const bearer = scheme === 'bearer' && this.isValid(token);
    const basic = scheme === 'basic' && this.isValid(passwordOf(token));
    const plain = this.isValid(headers['x-api-key']);
    if (!bearer && !basic && !plain) return REFUSED;
    const keyHeaders = new Set<string>();
    if (bearer || basic) keyHeaders.add('authorization');
    if (plain) keyHeaders.add('x-api-key');
    return { granted: true, keyHeaders, isDeliberate: bearer || plain };
  }

  /** Compares with every key in constant time, so that the time tells nothing about any of them. */
  private isValid(candidate: string | string[] | undefined): boolean {
    if (typeof candidate !== 'string' || candidate === '') return false;
    const presented = digest(candidate);
    let found = false;
    for (const known of this.digests) found = timingSafeEqual(known, presented) || found;
    return found;
  }
}

function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

function splitScheme(authorization: string | undefined): readonly [string, string] {
  if (authorization === undefined) return ['', ''];
  const at = authorization.indexOf(' ');
  if (at < 0) return ['', ''];
  return [authorization.slice(0, at).toLowerCase(), authorization.slice(at + 1)];
}

/** Password of Basic credentials (RFC 7617); empty when they cannot be read. */
function passwordOf(credentials: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(credentials) || credentials.length % 4 !== 0) return '';
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? '' : text.slice(at + 1);
}
