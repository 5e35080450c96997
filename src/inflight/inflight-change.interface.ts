import { WaitReason } from '#lib/plugin-api';

/** Where a request is: in the queue, waiting for a load, or with its model. */
export type InflightStage = 'queued' | 'loading' | 'running';

/** One request in flight as clients see it. */
export interface InflightView {
  readonly id: string;
  /** Arrival, RFC 3339. */
  readonly timestamp: string;
  readonly model: string;
  readonly req_path: string;
  readonly method: string;
  readonly req_headers: Readonly<Record<string, string>>;
  readonly remote_ip: string;
  /** Empty until the answer begins. */
  readonly resp_headers: Readonly<Record<string, string>>;
  readonly resp_bytes: number;
  readonly elapsed_ms: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly stage: InflightStage;
  /** 1-based; only while queued. */
  readonly queue_position?: number;
  /** Why it waits; only while queued, where the scheduler tells. */
  readonly wait_reason?: WaitReason;
}

/** A change of the list of requests in flight. */
export type InflightChange =
  | { readonly operation: 'snapshot'; readonly requests?: readonly InflightView[] }
  | { readonly operation: 'upsert'; readonly request: InflightView }
  | { readonly operation: 'remove'; readonly id: string };
