import { api, request, SESSION_ID } from './client.js';

/** Sends JSON with the session header of this tab. */
export function post<T>(path: string, body: unknown, signal: AbortSignal): Promise<T> {
  return api<T>(path, { ...jsonRequest(body), signal });
}

/** As {@link post}, handing out the response itself. */
export function postRaw(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
  return request(path, { ...jsonRequest(body), signal });
}

function jsonRequest(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Session-ID': SESSION_ID },
    body: JSON.stringify(body),
  };
}

/** Headers of a request that is no JSON. */
export const sessionHeaders = { 'X-Session-ID': SESSION_ID };
