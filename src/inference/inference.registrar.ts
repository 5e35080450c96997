import { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ConfigStore } from '#lib/config';
import { ErrorResponder } from '../http/error-responder.js';
import { readBody } from '../http/read-body.js';
import { ClientCall } from './client-call.js';
import { InferencePipeline } from './inference.pipeline.js';
import { INFERENCE_ROUTES, InferenceRoute } from './inference-routes.js';

/**
 * Puts the inference routes on the server itself. They pass the same gate as controllers but skip
 * the layers of pipes, interceptors and results, which this traffic has no use for.
 */
@Injectable()
export class InferenceRegistrar implements OnModuleInit {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly pipeline: InferencePipeline,
    private readonly config: ConfigStore,
    private readonly errors: ErrorResponder,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    for (const route of INFERENCE_ROUTES) this.register(server, route);
  }

  private register(server: FastifyInstance, route: InferenceRoute): void {
    const handler = (request: FastifyRequest, reply: FastifyReply): void => {
      const { raw, access, figures } = request;
      const parts = { request: raw, response: reply.hijack().raw, access };
      const arrivedAtMs = figures?.arrivedAtMs ?? 0;
      const serve = (body: Buffer | null): void => {
        const call = new ClientCall(route, { ...parts, body, arrivedAtMs });
        request.figures = call;
        void this.pipeline.handle(call);
      };
      if (Buffer.isBuffer(request.body)) serve(request.body);
      else if (!hasBody(raw)) serve(null);
      else this.readBody(raw, parts.response, serve);
    };
    server.route({ method: route.method, url: route.path, handler });
  }

  /** The framework leaves the body of a GET alone; a model's server may want it. */
  private readBody(
    request: IncomingMessage,
    response: ServerResponse,
    serve: (body: Buffer | null) => void,
  ): void {
    readBody(request, this.config.current.bodyLimitBytes, (failure, body) => {
      if (!failure) {
        serve(body);
        return;
      }
      response.setHeader('Connection', 'close');
      this.errors.respond(request, response, failure);
    });
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
