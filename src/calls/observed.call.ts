import { DroverError } from '#lib/foundation';
import { ForwardOutcome, ResponseObserver } from '#lib/proxy';
import { Access } from '../access/access.interface.js';
import { NO_NOTES } from '../http/request-ids.js';
import { CallNotes, withNote } from './call-notes.js';
import { CallFollower } from './followed-call.interface.js';

/** What is the same for every request that is followed: its notes, its figures, and who is told. */
export abstract class ObservedCall implements ResponseObserver {
  /** Who follows this call; set when its model is known. */
  followers: readonly CallFollower[] = [];
  /** Ends what its client may have at the same time. */
  onLeave: (() => void) | null = null;
  grantedAtMs: number | null = null;
  /** 1-based; null when it has never been queued. */
  queuePosition: number | null = null;
  forwardedBytes = 0;
  failure: DroverError | null = null;
  /** What is noted about the request. */
  metadata: CallNotes = NO_NOTES;

  /** Who the client is, where that is asked for. */
  abstract readonly access: Access | null;

  get keyName(): string | null {
    return this.access?.client?.name || null;
  }

  /** Adds to what is noted about the request. */
  note(name: string, value: string): void {
    this.metadata = withNote(this.metadata, name, value);
  }

  /** The request has a new place in the queue. */
  onPosition(position: number): void {
    this.queuePosition = position;
    for (const follower of this.followers) follower.onPosition?.(position);
  }

  /** The model is ready. */
  granted(atMs: number): void {
    this.grantedAtMs = atMs;
    for (const follower of this.followers) follower.onGranted?.();
  }

  onStart(status: number, headers: readonly string[]): void {
    for (const follower of this.followers) follower.onStart?.(status, headers);
  }

  onChunk(chunk: Uint8Array): void {
    this.forwardedBytes += chunk.length;
    for (const follower of this.followers) follower.onChunk?.(chunk);
  }

  onEnd(outcome: ForwardOutcome): void {
    for (const follower of this.followers) follower.onEnd?.(outcome);
  }

  /** The request has ended. */
  closed(): void {
    this.onLeave?.();
    for (const follower of this.followers) follower.onClosed?.();
  }
}
