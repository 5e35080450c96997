import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ClientCall } from './client-call.js';
import { InferencePipeline } from './inference.pipeline.js';
import { INFERENCE_ROUTES, InferenceRoute } from './inference-routes.js';

/**
 * Puts the inference routes on the server itself. They pass the same gate as controllers but skip
 * the layers of pipes, interceptors and results, which this traffic has no use for.
 */
@Injectable()
export class InferenceRegistrar implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly pipeline: InferencePipeline,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    for (const route of INFERENCE_ROUTES) this.register(server, route);
  }

  private register(server: FastifyInstance, route: InferenceRoute): void {
    const handler = (request: FastifyRequest, reply: FastifyReply): void => {
      const { raw, access, figures } = request;
      const body = Buffer.isBuffer(request.body) ? request.body : null;
      const parts = { request: raw, response: reply.hijack().raw, body, access };
      const call = new ClientCall(route, { ...parts, arrivedAtMs: figures?.arrivedAtMs ?? 0 });
      request.figures = call;
      void this.pipeline.handle(call);
    };
    server.route({ method: route.method, url: route.path, handler });
  }
}
