import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { type Clock, CLOCK } from '#lib/foundation';
import { Forwarder, PassthroughProxy, UpstreamTarget } from '#lib/proxy';
import { PeerAttempt } from '../peers/peer.attempts.js';
import { ClientCall } from './client-call.js';

/** Where a call is forwarded to, and how. */
export interface Destination {
  readonly target: UpstreamTarget;
  /** Headers sent instead of the client's, names and values alternating. */
  readonly add: readonly string[] | undefined;
  /** Given for peers. */
  readonly attempt?: PeerAttempt;
}

/** Carries edited calls to a server and their answers back. */
@Injectable()
export class CallTransport {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly forwarder: Forwarder,
    private readonly proxy: PassthroughProxy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Forwards a call; resolves when the answer has ended. */
  forward(call: ClientCall, destination: Destination): Promise<unknown> {
    if (call.grantedAtMs === null) call.granted(this.clock.nowMs());
    if (call.isPartial) return this.stream(call, destination);
    const { request, response, route, omittedHeaders, query, body, onCancellable } = call;
    // A model under a lease can be waited for again; a glance cannot.
    const isLeased = destination.target.kind === 'local' && !route.isGlance;
    const { target, add, attempt } = destination;
    return this.forwarder.forward({
      request,
      response,
      target,
      path: route.upstreamPath,
      query,
      body,
      headerRules: { omit: omittedHeaders, add },
      observer: attempt?.observer ?? call,
      declines: attempt?.declines,
      repeats: isLeased ? call.repeats : undefined,
      begun: call.loading?.hasBegun ? call.loading : undefined,
      onCancellable,
    });
  }

  /** The rest of a form goes on as it comes. */
  private stream(call: ClientCall, { target, add, attempt }: Destination): Promise<unknown> {
    const { request, response, route, omittedHeaders, query, body, partBytes } = call;
    const cancelling = new AbortController();
    call.onCancellable((reason) => cancelling.abort(reason));
    return this.proxy.forward({
      request,
      response,
      target,
      path: route.upstreamPath,
      query,
      begin: { bytes: body ?? Buffer.alloc(0), insteadOfBytes: partBytes },
      limitBytes: this.config.current.bodyLimitBytes,
      headerRules: { omit: omittedHeaders, add },
      observer: attempt?.observer ?? call,
      declines: attempt?.declines,
      signal: cancelling.signal,
    });
  }
}
