import { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, DroverError } from '#lib/foundation';
import { AccessLog } from '../http/access-log.js';
import { ErrorResponder } from '../http/error-responder.js';
import { readBody } from '../http/read-body.js';
import { readForm } from '../http/read-form.js';
import { Admission, RequestGate } from '../http/request-gate.js';
import { ClientCall } from './client-call.js';
import { InferencePipeline } from './inference.pipeline.js';
import { INFERENCE_ROUTES, InferenceRoute } from './inference-routes.js';

const POST_ROUTES: ReadonlyMap<string, InferenceRoute> = new Map(
  INFERENCE_ROUTES.filter(({ method }) => method === 'POST').map((route) => [route.path, route]),
);

/**
 * The short way from the socket to a model for the requests that make up nearly all the traffic: a
 * POST to exactly an inference path. The framework's share of the CPU time of such a request was a
 * quarter. Gate, errors and access log are the same as on every other route; every other request goes
 * on to the framework.
 */
@Injectable()
export class InferenceLane {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly gate: RequestGate,
    private readonly pipeline: InferencePipeline,
    private readonly errors: ErrorResponder,
    private readonly accessLog: AccessLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Puts the lane in front of the server's own listener. */
  install(server: Server, bodyLimitBytes: number): void {
    const [next] = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const route = request.method === 'POST' ? routeOf(request.url ?? '') : undefined;
      if (!route) {
        next?.(request, response);
        return;
      }
      this.take(route, { request, response, bodyLimitBytes });
    });
  }

  private take(route: InferenceRoute, arrival: Arrival): void {
    const arrivedAtMs = this.clock.nowMs();
    const admission = this.gate.admit(arrival.request, arrival.response);
    if (!(admission instanceof Promise)) this.read(route, arrival, { arrivedAtMs, admission });
    else
      void admission.then((access) =>
        this.read(route, arrival, { arrivedAtMs, admission: access }),
      );
  }

  private read(
    route: InferenceRoute,
    { request, response, bodyLimitBytes }: Arrival,
    { arrivedAtMs, admission: access }: Admitted,
  ): void {
    if (!access) {
      this.accessLog.write(request, response, { arrivedAtMs, forwardedBytes: 0 });
      return;
    }
    const parts = { request, response, access, arrivedAtMs };
    if (route.family === 'form') {
      readForm(request, bodyLimitBytes, (failure, form) => {
        void this.serve(new ClientCall(route, { ...parts, ...form }), failure);
      });
      return;
    }
    readBody(request, bodyLimitBytes, (failure, body) => {
      void this.serve(new ClientCall(route, { ...parts, body }), failure);
    });
  }

  private async serve(call: ClientCall, failure: DroverError | null): Promise<void> {
    const { request, response } = call;
    if (failure) {
      // The rest of the body is not read, so the connection is of no more use.
      response.setHeader('Connection', 'close');
      this.errors.respond(request, response, failure);
    } else await this.pipeline.handle(call);
    this.accessLog.write(request, response, call);
  }
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bodyLimitBytes: number;
}

interface Admitted {
  readonly arrivedAtMs: number;
  readonly admission: Admission;
}

function routeOf(url: string): InferenceRoute | undefined {
  const at = url.indexOf('?');
  return POST_ROUTES.get(at < 0 ? url : url.slice(0, at));
}
