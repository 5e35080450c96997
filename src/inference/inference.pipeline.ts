import { Inject, Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { printable, RequestedModel } from '#lib/proxy';
import { AcquireRequest, LeaveSignal } from '#lib/router';
import { CallWatchers } from '../calls/call.watchers.js';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { ErrorResponder } from '../http/error-responder.js';
import { toDroverError } from '../http/to-drover-error.js';
import { LoadingStreams } from '../loading/loading.streams.js';
import { CallSender } from './call.sender.js';
import { ClientCall } from './client-call.js';
import { ModelChooser } from './model-chooser.js';

/** Takes a request for a model from its name to its answer. */
@Injectable()
export class InferencePipeline {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly chooser: ModelChooser,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    private readonly sender: CallSender,
    private readonly watchers: CallWatchers,
    private readonly errors: ErrorResponder,
    private readonly loading: LoadingStreams,
  ) {}

  /** Serves the call; failures become answers, so that this never rejects. */
  async handle(call: ClientCall): Promise<void> {
    try {
      const coding = call.contentEncoding;
      if (coding !== undefined) await this.sender.decode(call, coding);
      const requested = this.chooser.choose(call);
      const resolved = this.router.resolve(requested.name);
      call.identified(requested, resolved);
      call.followers = this.watchers.begin(call);
      if (!resolved) throw unknownModel(requested.name);
      this.chooser.permit(call);
      if (resolved.kind === 'local') await this.serveLocally(call, requested, resolved.model);
      else await this.sender.toPeer(call, requested, resolved);
    } catch (error) {
      call.failure = toDroverError(error);
      call.loading?.fail(call.failure);
      closeUnread(call);
      this.errors.respond(call.request, call.response, call.failure);
    } finally {
      call.closed();
    }
  }

  private async serveLocally(
    call: ClientCall,
    requested: RequestedModel,
    model: string,
  ): Promise<void> {
    const config = this.sender.model(model);
    if (!config) throw unknownModel(requested.name);
    this.sender.editForModel(call, requested, config);
    if (call.route.isGlance) {
      await this.sender.glance(call, config);
      return;
    }
    const acquired = this.router.acquire(new ModelRequest(model, call));
    // A ready model is forwarded to in the tick of its grant, without passing through a promise.
    const lease =
      acquired instanceof Promise ? await this.loading.during(call, config, acquired) : acquired;
    try {
      call.note('fifo_priority', String(lease.priority));
      await this.sender.toModel(call, config, lease.upstream);
    } finally {
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

/** The rest of a form that nobody reads makes the connection useless. */
function closeUnread({ isPartial, response }: ClientCall): void {
  if (isPartial && !response.headersSent) response.setHeader('Connection', 'close');
}

function unknownModel(name: string): DroverError {
  const message = `no router for requested model "${printable(name)}"; GET /v1/models lists what there is`;
  return new DroverError('MODEL_NOT_FOUND', message);
}
