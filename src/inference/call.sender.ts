import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig, PeerConfig } from '#lib/config';
import { type Clock, CLOCK } from '#lib/foundation';
import {
  decodeRequestBody,
  editRequest,
  Forwarder,
  RequestedModel,
  UpstreamTarget,
} from '#lib/proxy';
import { ClientCall } from './client-call.js';
import { ModelEdits } from './model-edits.js';
import { peerKeyHeaders } from './peer-key-headers.js';

/** A stream that has begun cannot take a coding any more. */
const PLAIN = ['Accept-Encoding', 'identity'];

/** Edits calls as the configuration wants it and sends them to their model. */
@Injectable()
export class CallSender {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly edits: ModelEdits,
    private readonly forwarder: Forwarder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Settings of a local model, if it is still there. */
  model(id: string): ModelConfig | undefined {
    return this.config.current.models.get(id);
  }

  /** Settings of a peer, if it is still there. */
  peer(id: string): PeerConfig | undefined {
    return this.config.current.peers.get(id);
  }

  /**
   * Undoes the content coding of a call's body, if it has one that is known.
   *
   * @throws DroverError BODY_UNREADABLE, BODY_TOO_LARGE
   */
  async decode(call: ClientCall, coding: string): Promise<void> {
    const { bodyLimitBytes } = this.config.current;
    const decoded = call.body && (await decodeRequestBody(call.body, coding, bodyLimitBytes));
    if (decoded) call.decoded(decoded);
  }

  /**
   * Edits a call as a local model wants it.
   *
   * @throws DroverError BODY_UNREADABLE
   */
  editForModel(call: ClientCall, requested: RequestedModel, model: ModelConfig): void {
    call.rewrite(editRequest(call, requested, this.edits.forModel(model, requested.name)));
  }

  /** Forwards an edited call to the address of a lease; resolves when the answer has ended. */
  async toModel(call: ClientCall, { id, timeouts }: ModelConfig, url: URL): Promise<void> {
    const add = call.loading?.hasBegun ? PLAIN : undefined;
    await this.forward(call, { id, url, timeouts, kind: 'local' }, add);
  }

  /**
   * Edits a call as a peer wants it and forwards it; resolves when the answer has ended.
   *
   * @param model the peer's own name of the model
   */
  async toPeer(
    call: ClientCall,
    requested: RequestedModel,
    ...[peer, model]: [peer: PeerConfig, model: string]
  ): Promise<void> {
    call.rewrite(editRequest(call, requested, this.edits.forPeer(peer, requested.name, model)));
    const { timeouts, proxy } = peer;
    const target = {
      id: peer.id,
      url: new URL(proxy),
      timeouts,
      kind: 'peer' as const,
    };
    await this.forward(call, target, peerKeyHeaders(peer));
  }

  private forward(
    call: ClientCall,
    target: UpstreamTarget,
    add?: readonly string[],
  ): Promise<unknown> {
    call.granted(this.clock.nowMs());
    const { request, response, route, omittedHeaders, query, body, onCancellable } = call;
    return this.forwarder.forward({
      request,
      response,
      target,
      path: route.upstreamPath,
      query,
      body,
      headerRules: { omit: omittedHeaders, add },
      observer: call,
      begun: call.loading?.hasBegun ? call.loading : undefined,
      onCancellable,
    });
  }
}
