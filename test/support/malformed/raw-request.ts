/** One request that no honest client sends, byte by byte. */
export interface MalformedRequest {
  readonly name: string;
  readonly bytes: Buffer;
  /** Statuses that are an honest answer to it; anything from 400 to 499 where absent. */
  readonly statuses?: readonly number[];
}

/** Path of most requests. */
export const CHAT = '/v1/chat/completions';
/** Header line that every request needs. */
export const HOST = 'Host: localhost\r\n';
/** Header line that ends the connection after the answer. */
export const CLOSE = 'Connection: close\r\n';
/** Header line of JSON bodies. */
export const JSON_TYPE = 'Content-Type: application/json\r\n';
/** An honest body. */
export const GOOD = '{"model":"m"}';

/** What a damaged body may lead to: forwarded as it is, or refused. */
export const FORWARDED_OR_REFUSED = [200, 400, 404, 413];

/** A POST with a body of the announced length. */
export function post(name: string, body: string | Buffer, more: Partial<PostParts> = {}) {
  const { path = CHAT, headers = JSON_TYPE, statuses = FORWARDED_OR_REFUSED } = more;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1');
  const head = `POST ${path} HTTP/1.1\r\n${HOST}${CLOSE}${headers}Content-Length: ${bytes.length}\r\n\r\n`;
  return { name, bytes: Buffer.concat([Buffer.from(head, 'latin1'), bytes]), statuses };
}

/** What differs between POSTs. */
export interface PostParts {
  readonly path: string;
  readonly headers: string;
  readonly statuses: readonly number[];
}

/** A request as given. */
export function raw(name: string, text: string, statuses?: readonly number[]): MalformedRequest {
  const bytes = Buffer.from(text, 'latin1');
  return statuses ? { name, bytes, statuses } : { name, bytes };
}

/** A GET of a raw path. */
export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
}
