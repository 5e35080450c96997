import { Inject, Injectable } from '@nestjs/common';
import { ModelConfig } from '#lib/config';
import { type Clock, CLOCK } from '#lib/foundation';
import { Lease } from '#lib/router';
import { FollowedCall, CallFollower } from '../calls/followed-call.interface.js';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import {
  ChatDialect,
  LoadingDialect,
  MessagesDialect,
  ResponsesDialect,
} from './loading.dialect.js';
import { LoadingStream } from './loading.stream.js';

/** A call that can be told about its load. */
export interface LoadingCall extends FollowedCall {
  followers: readonly CallFollower[];
  /** 1-based; null when it has never been queued. */
  readonly queuePosition: number | null;
  loading: LoadingStream | null;
}

/** Tells streaming clients how the wait for their model goes, where the configuration wants it. */
@Injectable()
export class LoadingStreams {
  constructor(
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The lease, after its call has been told about the wait for it. */
  async during(call: LoadingCall, model: ModelConfig, lease: Promise<Lease>): Promise<Lease> {
    // A stream that has begun goes on: this is the second wait of a request whose server was lost.
    const dialect = call.loading?.hasBegun ? null : this.dialectFor(call, model);
    if (!dialect) return lease;
    const { response, arrivedAtMs: sinceMs } = call;
    const expectedMs = this.router.expectedLoadMs(model.id);
    const wait = { response, model: model.id, sinceMs, expectedMs };
    const stream = new LoadingStream(wait, dialect, this.clock);
    call.loading = stream;
    call.followers = [...call.followers, stream];
    // The router has told the first place already.
    if (call.queuePosition !== null) stream.onPosition(call.queuePosition);
    stream.beginSoon();
    const granted = await lease;
    stream.ready();
    return granted;
  }

  /** Null for a call that is not told. */
  private dialectFor(call: LoadingCall, model: ModelConfig): LoadingDialect | null {
    if (!model.sendLoadingState || this.states.stateOf(model.id) === 'ready') return null;
    if (!STREAMED_PATHS.has(call.receivedPath) || !call.isStream) return null;
    if (call.receivedPath === '/v1/messages') return new MessagesDialect();
    if (call.receivedPath === '/v1/responses') return new ResponsesDialect();
    const createdS = Math.floor(this.clock.wallMs() / 1000);
    const id = `chatcmpl-loading-${Math.trunc(this.clock.wallMs()).toString(36)}`;
    return new ChatDialect(call.requestedModel, id, createdS);
  }
}

const STREAMED_PATHS = new Set(['/v1/chat/completions', '/v1/messages', '/v1/responses']);
