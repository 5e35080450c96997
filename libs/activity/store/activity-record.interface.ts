import { LegacyTokens } from '../response/legacy-tokens.js';
import { ResponseFacts } from '../response/response-facts.interface.js';

/** How a request ended, in the words of the metrics. */
export type RequestOutcome =
  'ok' | 'client_error' | 'server_error' | 'cancelled' | 'timeout' | 'rejected';

/** One finished request, as the recorder hands it over. */
export interface ActivityEntry {
  /** Wall-clock time of the end, Unix milliseconds. */
  readonly endedMs: number;
  /** Resolved model id, or the text that was sent when nobody serves it. */
  readonly model: string;
  /** Path as it was forwarded. */
  readonly path: string;
  readonly contentType: string;
  readonly status: number;
  /** Wall time in milliseconds from the request's body to the end of the answer. */
  readonly durationMs: number;
  readonly tokens: LegacyTokens;
  /** Empty for a success. */
  readonly errorMessage: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly detail: ActivityDetail;
}

/** Upstream of a request for a name that nobody serves; no peer can be called so. */
export const NO_UPSTREAM = '';

/** What Drover knows about a request beyond the compatible columns. Unknown is null. */
export interface ActivityDetail {
  readonly requestId: string;
  /** Name of the API key, never the key. */
  readonly keyName: string | null;
  readonly clientAddress: string | null;
  readonly sessionId: string | null;
  /** The model name that the client sent. */
  readonly requestedModel: string;
  /** `local`, the id of the peer, or {@link NO_UPSTREAM}. */
  readonly upstream: string;
  readonly operation: string;
  readonly isStream: boolean;
  readonly outcome: RequestOutcome;
  /** Wall-clock time of the arrival, Unix milliseconds. */
  readonly startedMs: number;
  readonly queueMs: number | null;
  readonly firstByteMs: number | null;
  /** Arrival to the first chunk with output. */
  readonly ttftMs: number | null;
  readonly upstreamMs: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly facts: ResponseFacts | null;
}

/** A row of `GET /api/metrics/activity`, without `has_capture`, which is looked up elsewhere. */
export interface ActivityRow {
  readonly id: number;
  /** RFC 3339 in whole seconds, zone of this machine. */
  readonly timestamp: string;
  readonly model: string;
  readonly req_path: string;
  readonly resp_content_type: string;
  readonly resp_status_code: number;
  readonly tokens: LegacyTokens;
  readonly duration_ms: number;
  readonly error_msg?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One page of rows. */
export interface ActivityPage {
  readonly data: readonly ActivityRow[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly total_pages: number;
}

/** A row with everything that is known. */
export interface DetailedActivity {
  readonly id: number;
  readonly entry: ActivityEntry;
}
