import { DroverError } from '#lib/foundation';

/** More segments than any model id has. */
const MAX_SEGMENTS = 64;

const SEPARATOR = /\/|%2f/gi;

/** A beginning of a path that may name a model. */
export interface PathPrefix {
  /** Decoded, without empty segments. */
  readonly name: string;
  /** What follows, as sent; begins with a slash, or is empty when nothing follows. */
  readonly rest: string;
}

/**
 * The beginnings of a path in whole segments, shortest first. The separator may be sent encoded.
 *
 * @param raw percent-encoded, without query
 * @throws DroverError BAD_REQUEST when the path cannot be decoded
 */
export function pathPrefixes(raw: string): PathPrefix[] {
  const prefixes: PathPrefix[] = [];
  let name = '';
  let start = 0;
  while (start <= raw.length && prefixes.length < MAX_SEGMENTS) {
    SEPARATOR.lastIndex = start;
    const separator = SEPARATOR.exec(raw);
    const end = separator?.index ?? raw.length;
    const segment = decodePath(raw.slice(start, end));
    start = end + (separator?.[0].length ?? 1);
    if (segment === '') continue;
    name = name === '' ? segment : `${name}/${segment}`;
    prefixes.push({ name, rest: separator ? `/${raw.slice(start)}` : '' });
  }
  return prefixes;
}

/**
 * Refuses what no honest client sends and servers read differently: broken escapes, control
 * characters, and segments that lead out of the path.
 *
 * @throws DroverError BAD_REQUEST
 */
export function guardPath(raw: string): void {
  const path = decodePath(raw);
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) throw refused('holds a control character');
  if (/(?:^|[/\\])\.\.?(?:$|[/\\])/.test(path)) throw refused('holds the segment "." or ".."');
}

/**
 * Decodes percent-escapes (RFC 3986, 2.1) once. Bytes that are no UTF-8 become U+FFFD, since a
 * model's server may have its own view of them.
 *
 * @throws DroverError BAD_REQUEST for broken escapes
 */
export function decodePath(raw: string): string {
  if (!raw.includes('%')) return raw;
  if (/%(?![0-9a-f]{2})/i.test(raw)) throw refused('has a broken percent-escape');
  return raw.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function refused(reason: string): DroverError {
  return new DroverError('BAD_REQUEST', `the path of the request ${reason}`);
}
