import type { WaitReason } from '../api/types.js';

/** State of a local model's process; peers send an empty text. */
export type UiModelState =
  'stopped' | 'starting' | 'ready' | 'stopping' | 'shutdown' | 'unknown' | '';

/** One model of a `modelStatus` message. */
export interface LiveModel {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly state: UiModelState;
  readonly unlisted: boolean;
  /** Empty for local models. */
  readonly peerID: string;
  readonly aliases?: readonly string[];
  readonly capabilities?: Readonly<Record<string, boolean>>;
  readonly context_length?: number;
}

/** One request being served. */
export interface InflightRequest {
  readonly id: string;
  readonly timestamp: string;
  readonly model: string;
  readonly req_path: string;
  readonly method: string;
  readonly req_headers: Readonly<Record<string, string>>;
  readonly remote_ip: string;
  readonly resp_headers: Readonly<Record<string, string>>;
  readonly resp_bytes: number;
  readonly elapsed_ms: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly stage?: 'queued' | 'loading' | 'running';
  /** 1-based, in the order of service; only while queued. */
  readonly queue_position?: number;
  readonly wait_reason?: WaitReason;
}

/** A decoded message of the event stream; unknown types are dropped. */
export type LiveMessage =
  | { readonly type: 'modelStatus'; readonly models: readonly LiveModel[] }
  | { readonly type: 'logData'; readonly source: 'proxy' | 'upstream'; readonly text: string }
  | { readonly type: 'activity'; readonly id: number }
  | { readonly type: 'inflight'; readonly change: InflightChange }
  | { readonly type: 'uiConfig'; readonly sessionHeaders: readonly string[] }
  | { readonly type: 'profileChanged'; readonly active: string | null };

/** A change of the list of requests being served. */
export type InflightChange =
  | { readonly operation: 'snapshot'; readonly requests?: readonly InflightRequest[] }
  | { readonly operation: 'upsert'; readonly request: InflightRequest }
  | { readonly operation: 'remove'; readonly id: string };
