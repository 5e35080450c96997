import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { DroverError } from '#lib/foundation';
import { FollowedCall } from '../../src/calls/followed-call.interface.js';

/** A call that a test moves on by hand. */
export class FakeCall implements FollowedCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestBytes = 0;
  readonly isStream = false;
  receivedPath = '/v1/chat/completions';
  upstreamPath = '/v1/chat/completions';
  requestedModel: string;
  readonly keyName = null;
  upstream: string | null = 'local';
  body: Buffer | null = null;
  metadata: Readonly<Record<string, string>> = {};
  grantedAtMs: number | null = null;
  forwardedBytes = 0;
  failure: DroverError | null = null;
  isCancelled = false;
  cancelReason: DroverError | null = null;

  constructor(
    readonly model: string,
    readonly arrivedAtMs = 0,
    headers: readonly string[] = [],
  ) {
    this.requestedModel = model;
    this.request = new IncomingMessage(new Socket());
    this.request.method = 'POST';
    this.request.rawHeaders = [...headers];
    this.response = new ServerResponse(this.request);
  }

  cancel(reason: DroverError | null = null): void {
    this.isCancelled = true;
    this.cancelReason = reason;
  }
}
