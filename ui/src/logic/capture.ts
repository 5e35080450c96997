import { conversationOf } from './capture-request.js';

/** A stored exchange; bodies are Base64, null when not captured. */
export interface Capture {
  readonly id: number;
  readonly req_path: string;
  readonly req_headers: Readonly<Record<string, string>>;
  readonly req_body: string | null;
  readonly resp_headers: Readonly<Record<string, string>>;
  readonly resp_body: string | null;
}

/** How a body can be looked at; the first view is the one shown first. */
export type BodyView = 'Chat' | 'Pretty' | 'Raw';

/** Text of a stored body, or the Base64 itself when it is no UTF-8. */
export function decodeBody(base64: string | null): string {
  if (!base64) return '';
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return base64;
  }
}

/** Content type of an exchange's headers, whatever their capitals. */
export function contentType(headers: Readonly<Record<string, string>>): string {
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return entry?.[1].toLowerCase() ?? '';
}

/** Views of a body, first one first; empty for content that is not text. */
export function viewsOf(type: string, text: string, isRequest: boolean): readonly BodyView[] {
  if (!isRequest && type.includes('text/event-stream')) return ['Chat', 'Raw'];
  if (isRequest && conversationOf(text)) return ['Pretty', 'Chat', 'Raw'];
  if (type.includes('json') || isJson(text)) return ['Pretty', 'Raw'];
  if (isRequest || type === '' || /text\/|xml|javascript|urlencoded/.test(type)) return ['Raw'];
  return [];
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** JSON with two spaces of indent; anything else unchanged. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
