import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { decodeRequestBody, editRequest, RequestedModel } from '#lib/proxy';
import { CallCutter } from '../calls/call.cutter.js';
import { ResolvedModel } from '../composition/model-router.interface.js';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import { PeerAttempts } from '../peers/peer.attempts.js';
import { peerKeyHeaders, peerTarget } from '../peers/peer-target.js';
import { CallTransport } from './call.transport.js';
import { ClientCall } from './client-call.js';
import { ModelEdits } from './model-edits.js';

/** A stream that has begun cannot take a coding any more. */
const PLAIN = ['Accept-Encoding', 'identity'];

/** Edits calls as the configuration wants it and sends them to their model. */
@Injectable()
export class CallSender {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly edits: ModelEdits,
    private readonly transport: CallTransport,
    private readonly attempts: PeerAttempts,
    private readonly cutter: CallCutter,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
  ) {}

  /** Settings of a local model, if it is still there. */
  model(id: string): ModelConfig | undefined {
    return this.config.current.models.get(id);
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

  /**
   * Forwards an edited call to the address of a lease; resolves when the answer has ended. What ends the
   * call with its model is {@link serving}.
   */
  toModel(call: ClientCall, { id, timeouts }: ModelConfig, url: URL): Promise<unknown> {
    const add = call.loading?.hasBegun ? PLAIN : undefined;
    return this.transport.forward(call, { target: { id, url, timeouts, kind: 'local' }, add });
  }

  /** From now on the call ends with its model, until what is returned is called. */
  serving(call: ClientCall, { id }: ModelConfig): () => void {
    return this.cutter.enter(id, call);
  }

  /**
   * Forwards an edited call that only looks at a model's server, which has to be ready. It takes no
   * slot and does not keep the model from being unloaded.
   *
   * @throws DroverError CONFLICT
   */
  async glance(call: ClientCall, model: ModelConfig): Promise<void> {
    const url = this.states.upstreamOf(model.id);
    if (!url) {
      const { path } = call.route;
      const message = `model ${model.id} is not loaded; ${path} only looks at a loaded model`;
      throw new DroverError('CONFLICT', message);
    }
    const leave = this.serving(call, model);
    try {
      await this.toModel(call, model, url);
    } finally {
      leave();
    }
  }

  /**
   * Edits a call as its peer wants it and forwards it, to the next peer where one cannot take it and
   * another offers the model; resolves when the answer has ended.
   *
   * @throws DroverError PEER_DOWN, MODEL_NOT_FOUND, BODY_UNREADABLE, and those of the forwarder
   */
  async toPeer(
    call: ClientCall,
    requested: RequestedModel,
    resolved: Extract<ResolvedModel, { readonly kind: 'peer' }>,
  ): Promise<void> {
    const { query, body } = call;
    const failed: string[] = [];
    const onHandedOn = (peer: string): void => {
      failed.push(peer);
      call.note('failed_peers', failed.join());
    };
    const canRepeat = (): boolean => !call.aborted && !call.isPartial;
    const request = { resolved, observer: call, canRepeat, onHandedOn };
    await this.attempts.run(request, (attempt) => {
      const { peer } = attempt;
      call.upstream = peer.id;
      call.rewrite({ query, body });
      const edits = this.edits.forPeer(peer, requested.name, resolved.model);
      call.rewrite(editRequest(call, requested, edits));
      const add = peerKeyHeaders(peer);
      return this.transport.forward(call, { target: peerTarget(peer), add, attempt });
    });
  }
}
