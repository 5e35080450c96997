import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import {
  editRequest,
  EditedRequest,
  Forwarder,
  printable,
  requestedModel,
  RequestedModel,
  UpstreamTarget,
  whyNoModel,
} from '#lib/proxy';
import { AcquireRequest } from '#lib/router';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { ErrorResponder } from '../http/error-responder.js';
import { ClientCall } from './client-call.js';
import { ModelEdits } from './model-edits.js';
import { peerKeyHeaders } from './peer-key-headers.js';

/** Takes a request for a model from its name to its answer. */
@Injectable()
export class InferencePipeline {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    private readonly edits: ModelEdits,
    private readonly forwarder: Forwarder,
    private readonly errors: ErrorResponder,
  ) {}

  /** Serves the call; failures become answers, so that this never rejects. */
  async handle(call: ClientCall): Promise<void> {
    try {
      const requested = requestedModel(call);
      if (!requested) throw noModel(call);
      const resolved = this.router.resolve(requested.name);
      if (!resolved) throw unknownModel(requested.name);
      if (resolved.kind === 'local') await this.serveLocally(call, requested, resolved.model);
      else await this.serveByPeer(call, requested, resolved);
    } catch (error) {
      this.errors.respond(call.request, call.response, error);
    }
  }

  private async serveLocally(
    call: ClientCall,
    requested: RequestedModel,
    model: string,
  ): Promise<void> {
    const config = this.config.current.models.get(model);
    if (!config) throw unknownModel(requested.name);
    const edited = editRequest(call, requested, this.edits.forModel(config, requested.name));
    const acquired = this.router.acquire(new ModelRequest(model, call));
    // A ready model is forwarded to in the tick of its grant, without passing through a promise.
    const lease = acquired instanceof Promise ? await acquired : acquired;
    try {
      const { timeouts } = config;
      await this.forward(call, edited, { id: model, url: lease.upstream, timeouts, kind: 'local' });
    } finally {
      lease.release();
    }
  }

  private async serveByPeer(
    call: ClientCall,
    requested: RequestedModel,
    { peer, model }: { readonly peer: string; readonly model: string },
  ): Promise<void> {
    const config = this.config.current.peers.get(peer);
    if (!config) throw unknownModel(requested.name);
    const edits = this.edits.forPeer(config, requested.name, model);
    const edited = editRequest(call, requested, edits);
    const { timeouts } = config;
    const target = {
      id: `peer:${peer}`,
      url: new URL(config.proxy),
      timeouts,
      kind: 'peer' as const,
    };
    await this.forward(call, edited, target, peerKeyHeaders(config));
  }

  private forward(
    call: ClientCall,
    { query, body }: EditedRequest,
    ...[target, add]: [target: UpstreamTarget, add?: readonly string[]]
  ): Promise<unknown> {
    const { request, response, route, access, observer } = call;
    return this.forwarder.forward({
      request,
      response,
      target,
      path: route.upstreamPath,
      query,
      body,
      headerRules: { omit: access?.keyHeaders, add },
      observer,
    });
  }
}

/** What the router is asked for; the signal is made only when the router has to wait. */
class ModelRequest implements AcquireRequest {
  constructor(
    readonly model: string,
    private readonly call: ClientCall,
  ) {}

  get signal(): AbortSignal {
    return this.call.signal;
  }
}

function noModel(call: ClientCall): DroverError {
  return new DroverError('MODEL_REQUIRED', `no model id could be identified: ${whyNoModel(call)}`);
}

function unknownModel(name: string): DroverError {
  const message = `no router for requested model "${printable(name)}"; GET /v1/models lists what there is`;
  return new DroverError('MODEL_NOT_FOUND', message);
}
