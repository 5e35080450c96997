import { Inject, Injectable } from '@nestjs/common';
import { ModelConfig } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { printable, RequestedModel } from '#lib/proxy';
import { AcquireRequest, LeaveSignal } from '#lib/router';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { LoadingStreams } from '../loading/loading.streams.js';
import { CallSender } from './call.sender.js';
import { ClientCall } from './client-call.js';
import { LostServers } from './lost-servers.js';

/** Waits for the model of a call and holds it for as long as the answer lasts. */
@Injectable()
export class ModelSender {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    private readonly sender: CallSender,
    private readonly loading: LoadingStreams,
    private readonly lost: LostServers,
  ) {}

  /**
   * Serves a call from a local model; resolves when the client's side has closed. A call that comes
   * between the death of a server and the moment when that is noticed waits for the model again.
   *
   * @throws DroverError when there was no answer; nothing is written then, but what tells of the wait
   */
  async send(call: ClientCall, requested: RequestedModel, model: string): Promise<void> {
    const config = this.sender.model(model);
    if (!config) throw unknownModel(requested.name);
    this.sender.editForModel(call, requested, config);
    if (call.route.isGlance) {
      await this.sender.glance(call, config);
      return;
    }
    try {
      await this.forwardOnce(call, config);
    } catch (error) {
      if (error !== call.unseen) throw error;
      await this.lost.noticed(model, call);
      await this.forwardOnce(call, config);
    }
  }

  /** Forwards the call under a lease of its own. */
  private async forwardOnce(call: ClientCall, config: ModelConfig): Promise<void> {
    const acquired = this.router.acquire(new ModelRequest(config.id, call));
    // A ready model is forwarded to in the tick of its grant, without passing through a promise.
    const lease =
      acquired instanceof Promise ? await this.loading.during(call, config, acquired) : acquired;
    const leave = this.sender.serving(call, config);
    try {
      call.note('fifo_priority', String(lease.priority));
      await this.sender.toModel(call, config, lease.upstream);
    } finally {
      leave();
      lease.release();
    }
  }
}

/** What the router is asked for. */
class ModelRequest implements AcquireRequest {
  constructor(
    readonly model: string,
    private readonly call: ClientCall,
  ) {}

  get signal(): LeaveSignal {
    return this.call;
  }

  onPosition(position: number): void {
    this.call.onPosition(position);
  }
}

/** Nobody serves a model of this name. */
export function unknownModel(name: string): DroverError {
  const message = `no router for requested model "${printable(name)}"; GET /v1/models lists what there is`;
  return new DroverError('MODEL_NOT_FOUND', message);
}
