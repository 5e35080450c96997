import { DroverError } from '#lib/foundation';

/** What decides about the form of an error. */
export interface ErrorContext {
  /** First value of the Accept header. */
  readonly accept: string | undefined;
  /** Path of the request, with or without query. */
  readonly path: string;
}

/** An error as it goes to a client. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Paths that people open in a browser; everything else is an API. */
const PAGE_PATH = /^\/(?:$|\?|ui\b|upstream\b|comfyui\b|logs\b|favicon\.ico)/;

/** When to try again after a failure that is over at once, seconds. */
const SOON_SECONDS = 1;

/** The messages routes, also on the way through `/upstream`. */
const MESSAGES_PATH = /^(?:\/upstream\/[^?]+)?\/v1?\/messages(?:\/count_tokens)?(?:$|\?)/;

/**
 * Writes an error in the form that the client asked for: the OpenAI-compatible envelope, plain text
 * or a small page. API paths prefer the envelope as soon as JSON is acceptable, and a refusal for too
 * many requests is always an envelope. On the messages routes the envelope carries `"type":"error"`
 * as well, so that Anthropic clients can read it.
 */
export function errorAnswer(error: DroverError, { accept = '', path }: ErrorContext): ErrorAnswer {
  const { status } = error.entry;
  const headers = { ...formHeaders(error), ...wayToLogin(error, accept, path) };
  const form = error.entry.status === 429 ? 'json' : chooseForm(accept, path);
  if (form === 'text') {
    const body = `llama-swap: ${error.message}`;
    return { status, headers: { ...headers, 'Content-Type': 'text/plain' }, body };
  }
  if (form === 'html') {
    const text = escapeHtml(error.message);
    const body = `<html><body><h1>llama-swap</h1><p>${text}</p></body></html>`;
    return { status, headers: { ...headers, 'Content-Type': 'text/html' }, body };
  }
  const body = JSON.stringify(errorEnvelope(error, MESSAGES_PATH.test(path)));
  return { status, headers: { ...headers, 'Content-Type': 'application/json' }, body };
}

/** The envelope of an error; a superset that Anthropic clients read too where asked for. */
export function errorEnvelope(error: DroverError, forMessages = false): Record<string, unknown> {
  const { type, clientCode } = error.entry;
  return {
    src: 'llama-swap',
    ...(forMessages ? { type: 'error' } : {}),
    error: { message: error.message, type, param: null, code: clientCode },
  };
}

function chooseForm(accept: string, path: string): 'json' | 'text' | 'html' {
  if (accept.includes('application/json') && !PAGE_PATH.test(path)) return 'json';
  if (accept.includes('text/plain')) return 'text';
  return accept.includes('text/html') ? 'html' : 'json';
}

function formHeaders(error: DroverError): Record<string, string> {
  if (error.entry.status === 401) return { 'WWW-Authenticate': 'Basic realm="llama-swap"' };
  const { status, retryAfterSeconds = SOON_SECONDS } = error.entry;
  const mayRetry = status === 429 || status === 503;
  const seconds = error.retryAfterSeconds ?? (mayRetry ? retryAfterSeconds : undefined);
  if (seconds === undefined) return {};
  const whole = Math.max(1, Math.ceil(seconds));
  // OpenAI's clients read the second header, which is finer, before the first.
  return { 'Retry-After': String(whole), 'retry-after-ms': String(Math.ceil(seconds * 1000)) };
}

/** Who turns the browser's prompt for the web UI down gets to the UI's own login page. */
function wayToLogin({ code }: DroverError, accept: string, path: string): Record<string, string> {
  const isPage = /^\/ui\/(?:$|\?)/.test(path) && accept.includes('text/html');
  return code === 'UNAUTHORIZED' && isPage ? { Refresh: '0; url=login' } : {};
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
