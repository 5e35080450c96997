import { IncomingMessage, ServerResponse } from 'node:http';
import { DroverError } from '#lib/foundation';
import { ResponseObserver } from '#lib/proxy';

/** A request for a model as those see it who follow it. Live: its members change as it goes on. */
export interface FollowedCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path as it was received, without query; what a pass-through has before its path is cut off. */
  readonly receivedPath: string;
  /** Path as the upstream gets it. */
  readonly upstreamPath: string;
  /** Real id of a local model, or the name as requested. */
  readonly model: string;
  /** The name that counts after pins and selectors. */
  readonly requestedModel: string;
  /** `local`, or the id of a peer; null for a model that nobody serves. */
  readonly upstream: string | null;
  /** Body as the upstream gets it. */
  readonly body: Buffer | null;
  /** Length of the body as received, bytes. */
  readonly requestBytes: number;
  /** Whether a streamed answer was asked for. */
  readonly isStream: boolean;
  /** What is noted about the request: selector, priority. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Monotonic milliseconds. */
  readonly arrivedAtMs: number;
  /** When the model was ready for it, monotonic milliseconds; null while it waits. */
  readonly grantedAtMs: number | null;
  /** Bytes of the answer handed to the client so far. */
  readonly forwardedBytes: number;
  /** Name of the key or token that it came with; null where nobody asks for one. */
  readonly keyName: string | null;
  /** Why it has failed; null otherwise. */
  readonly failure: DroverError | null;
  /** Whether it was cancelled through the API. */
  readonly isCancelled: boolean;
  /** Ends the request from outside; later calls do nothing. `CANCELLED` without a reason. */
  cancel(reason?: DroverError): void;
}

/**
 * Follows one call. Everything is told after the fact; a follower never throws and never delays.
 *
 * Order: `onPosition` any number of times, `onGranted` at most once, then the answer as
 * {@link ResponseObserver} has it (absent when there was none), `onClosed` exactly once.
 */
export interface CallFollower extends ResponseObserver {
  /** The request is at this 1-based place of the queue. */
  onPosition?(position: number): void;
  /** The model is ready and the request goes to it. */
  onGranted?(): void;
  /** The call has ended, in whatever way. */
  onClosed?(): void;
}

/** Decides, when a call's model is known, whether to follow it. */
export interface CallWatcher {
  /** @param id decimal number, unique within the life of the program */
  follow(call: FollowedCall, id: string): CallFollower | null;
}
