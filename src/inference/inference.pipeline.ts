import { Inject, Injectable } from '@nestjs/common';
import { CallWatchers } from '../calls/call.watchers.js';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { ErrorResponder } from '../http/error-responder.js';
import { toDroverError } from '../http/to-drover-error.js';
import { CallSender } from './call.sender.js';
import { ClientCall } from './client-call.js';
import { ModelChooser } from './model-chooser.js';
import { ModelSender, unknownModel } from './model.sender.js';

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
    private readonly models: ModelSender,
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
      if (resolved.kind === 'local') await this.models.send(call, requested, resolved.model);
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
}

/** The rest of a form that nobody reads makes the connection useless. */
function closeUnread({ isPartial, response }: ClientCall): void {
  if (isPartial && !response.headersSent) response.setHeader('Connection', 'close');
}
