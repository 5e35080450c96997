import { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { ClientGate } from '../access/client.gate.js';
import { NeededScope } from '../access/scope-check.js';
import { CallWatchers } from '../calls/call.watchers.js';
import { ErrorResponder } from '../http/error-responder.js';
import { toDroverError } from '../http/to-drover-error.js';
import { INFERENCE_ROUTES } from '../inference/inference-routes.js';
import { Passage, PassthroughLine, Redirection } from './passage.interface.js';
import { PassthroughExchange } from './passthrough-exchange.js';
import { PassthroughDispatcher } from './passthrough.dispatcher.js';
import { WayFinder } from './way-finder.js';

/** Methods that speak to a proxy itself. */
const REFUSED_METHODS = new Set(['TRACE', 'CONNECT']);

/** Takes a request that passes through from its path to its answer. */
@Injectable()
export class PassthroughPipeline {
  // oxlint-disable-next-line max-params -- injected dependencies
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly ways: WayFinder,
    private readonly dispatcher: PassthroughDispatcher,
    private readonly watchers: CallWatchers,
    private readonly errors: ErrorResponder,
    private readonly config: ConfigStore,
    private readonly clients: ClientGate,
  ) {}

  /** Serves the request; failures become answers, so that this never rejects. */
  async handle(exchange: PassthroughExchange): Promise<void> {
    try {
      await this.serve(exchange);
    } catch (error) {
      exchange.failure = toDroverError(error);
      // The rest of the body is not read, so the connection is of no more use.
      const { response } = exchange;
      if (exchange.failure.code === 'BODY_TOO_LARGE' && !response.headersSent) {
        response.setHeader('Connection', 'close');
      }
      this.errors.respond(exchange.request, exchange.response, exchange.failure);
    } finally {
      exchange.closed();
    }
  }

  /** @throws DroverError SCOPE_MISSING, MODEL_FORBIDDEN, RATE_LIMITED, KEY_CONCURRENCY */
  private permit(exchange: PassthroughExchange, way: Passage): void {
    const { access, response, line } = exchange;
    if (!access?.client) return;
    this.clients.need(access.client, neededScope(line, way), response);
    const names = [exchange.requestedModel, way.model.model];
    exchange.onLeave = this.clients.enter(access.client, names, response);
  }

  private async serve(exchange: PassthroughExchange): Promise<void> {
    const { response, line } = exchange;
    if (REFUSED_METHODS.has(line.method)) {
      throw new DroverError('METHOD_NOT_ALLOWED', `Method Not Allowed: ${line.method}`);
    }
    const way = this.ways.find(line);
    if ('location' in way) {
      redirect(response, way, this.config.current.basePath);
      return;
    }
    exchange.identified(way);
    if (isInference(line, way)) exchange.followers = this.watchers.begin(exchange);
    this.permit(exchange, way);
    await this.dispatcher.dispatch(exchange, way);
  }
}

/** The right that a request needs: what is no question to a model may do anything to its server. */
function neededScope(line: PassthroughLine, way: Passage): NeededScope {
  if (isInference(line, way)) return 'inference';
  return way.isGlance ? 'read' : 'operate';
}

/** Whether a request is one that the inference routes would take, and is followed like theirs. */
function isInference({ method, path }: PassthroughLine, way: Passage): boolean {
  if (!path.startsWith('/upstream/')) return false;
  return INFERENCE_ROUTES.some((route) => route.method === method && route.path === way.path);
}

function redirect(
  response: ServerResponse,
  { status, location }: Redirection,
  basePath: string,
): void {
  response.writeHead(status, { Location: basePath + location, 'Content-Length': 0 }).end();
}
