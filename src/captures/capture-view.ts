import { Capture, unpackHeaders } from '#lib/activity';
import { shownHeaders } from '../http/shown-headers.js';

/** One capture over HTTP; bodies are Base64, null when not captured. */
export interface CaptureView {
  readonly id: number;
  readonly req_path: string;
  readonly req_headers: Readonly<Record<string, string>>;
  readonly req_body: string | null;
  readonly resp_headers: Readonly<Record<string, string>>;
  readonly resp_body: string | null;
  /** Which bodies miss their end; absent when both are whole. */
  readonly truncated?: readonly ('request' | 'response')[];
}

/**
 * A capture as it may be shown.
 *
 * @param secretHeaders names, in any case, of headers that are blanked besides the usual ones
 */
export function captureView(
  id: number,
  capture: Capture,
  secretHeaders: readonly string[],
): CaptureView {
  const secrets = new Set(secretHeaders.map((name) => name.toLowerCase()));
  const responseHeaders = shownHeaders(unpackHeaders(capture.responseHeaders), secrets);
  if (capture.isDecoded) delete responseHeaders['Content-Encoding'];
  const truncated = [
    ...(capture.isRequestCut ? ['request' as const] : []),
    ...(capture.isResponseCut ? ['response' as const] : []),
  ];
  return {
    id,
    req_path: capture.path,
    req_headers: shownHeaders(unpackHeaders(capture.requestHeaders), secrets),
    req_body: capture.requestBody?.toString('base64') ?? null,
    resp_headers: responseHeaders,
    resp_body: capture.responseBody?.toString('base64') ?? null,
    ...(truncated.length > 0 ? { truncated } : {}),
  };
}
