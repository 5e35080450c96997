import { access } from './access.js';

/** A failed call with what the server said. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** `lspg-` and five random characters, made once per page load: tells this tab's requests apart. */
export const SESSION_ID = `lspg-${randomText(5)}`;

function randomText(length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) =>
    alphabet.charAt(byte % alphabet.length),
  ).join('');
}

/** Percent-encodes each segment of a model id; slashes stay. */
export function modelPath(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/');
}

/** Calls Drover and parses its JSON; throws {@link ApiError} with the server's own words. */
export async function api<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await request(path, init);
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch {
    return text as T;
  }
}

/** Calls Drover and hands out the response once it is known to be a success. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('Accept')) headers.set('Accept', 'application/json');
  const response = await access.fetch(path, { ...init, headers });
  if (response.ok) return response;
  throw await readError(response);
}

/** What the server said about a failure. */
export async function readError(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as { error?: { message?: string; code?: string } | string };
    if (typeof body.error === 'string') return new ApiError(response.status, '', body.error);
    const message = body.error?.message;
    if (message) return new ApiError(response.status, body.error?.code ?? '', message);
  } catch {
    // Not JSON: fall through to the text itself.
  }
  const words = text.trim().slice(0, 300) || response.statusText || `HTTP ${response.status}`;
  return new ApiError(response.status, '', words);
}
