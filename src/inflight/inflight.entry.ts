import { formatRfc3339, Slotted } from '#lib/foundation';
import { WaitReason } from '#lib/plugin-api';
import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';
import { addressOf } from '../http/access-log.js';
import { shownHeaders } from '../http/shown-headers.js';
import { InflightStage, InflightView } from './inflight-change.interface.js';

/** What an entry tells its list. */
export interface InflightList {
  /** Wall-clock time, Unix milliseconds. */
  wallMs(): number;
  /** Shall be shown as soon as possible. */
  changed(entry: InflightEntry): void;
  closed(entry: InflightEntry): void;
}

/** One request in flight. */
export class InflightEntry implements CallFollower, Slotted {
  slot = -1;
  /** Whether clients know of it. */
  isAnnounced = false;
  /** Unix milliseconds. */
  readonly startedWallMs: number;
  private shown = '';
  private responseHeaders: readonly string[] = [];
  private position: number | null = null;
  private isGranted = false;

  constructor(
    readonly id: string,
    readonly call: FollowedCall,
    private readonly list: InflightList,
  ) {
    this.startedWallMs = list.wallMs();
  }

  onPosition(position: number): void {
    this.position = position;
  }

  onGranted(): void {
    this.isGranted = true;
  }

  onStart(_status: number, headers: readonly string[]): void {
    this.responseHeaders = headers;
    this.list.changed(this);
  }

  onClosed(): void {
    this.list.closed(this);
  }

  /** Whether something is different from what was last shown. */
  get isStale(): boolean {
    return this.shown !== this.mark;
  }

  get isQueued(): boolean {
    return this.stage === 'queued';
  }

  /** The entry as it is now; what it says counts as shown. */
  view(nowMs: number, reason: WaitReason | null): InflightView {
    this.shown = this.mark;
    const { call, stage } = this;
    const hasNotes = Object.keys(call.metadata).length > 0;
    return {
      id: this.id,
      timestamp: formatRfc3339(this.startedWallMs),
      model: call.model,
      req_path: call.receivedPath,
      method: call.request.method ?? '',
      req_headers: shownHeaders(call.request.rawHeaders),
      remote_ip: addressOf(call.request),
      resp_headers: shownHeaders(this.responseHeaders),
      resp_bytes: call.forwardedBytes,
      elapsed_ms: Math.max(0, Math.trunc(nowMs - call.arrivedAtMs)),
      ...(hasNotes ? { metadata: { ...call.metadata } } : {}),
      stage,
      ...(stage === 'queued' ? { queue_position: this.position! } : {}),
      ...(stage === 'queued' && reason ? { wait_reason: reason } : {}),
    };
  }

  private get stage(): InflightStage {
    if (this.isGranted || this.call.grantedAtMs !== null) return 'running';
    return this.position === null ? 'loading' : 'queued';
  }

  private get mark(): string {
    return `${this.call.forwardedBytes} ${this.stage} ${this.position}`;
  }
}
