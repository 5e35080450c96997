import { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { FastifyInstance } from 'fastify';
import { TlsMaterial } from './app-options.interface.js';
import { AppModule } from './app.module.js';
import { HealthBoard } from './health/health.board.js';
import { AccessLog } from './http/access-log.js';
import { AnsweredRequests } from './http/answered.requests.js';
import { createAdapter } from './http/drover-adapter.js';
import { ErrorResponder } from './http/error-responder.js';
import { InferenceLane } from './inference/inference.lane.js';
import { PassthroughLane } from './passthrough/passthrough.lane.js';
import { RequestFront } from './http/request-front.js';
import { RequestGate } from './http/request-gate.js';
import { RouteTable } from './http/route-table.js';
import { ServerLimits } from './http/server-limits.interface.js';

/** What an HTTP application is made of. */
export interface HttpAppOptions {
  /** Global module that provides configuration, router, states, logs, clock and options. */
  readonly ground: DynamicModule;
  readonly limits: ServerLimits;
  readonly tls: TlsMaterial | null;
  readonly logger: LoggerService | false;
}

/** Builds the HTTP application, ready to listen. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  const { ground, limits, tls, logger } = options;
  let errors: ErrorResponder | null = null;
  const adapter = createAdapter(limits, tls, (error, request, reply) => {
    if (errors) errors.respond(request.raw, reply.hijack().raw, error);
    else reply.raw.destroy();
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.above(ground), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger,
  });
  app.useWebSocketAdapter(new IoAdapter(app));
  errors = app.get(ErrorResponder);
  const server = adapter.getInstance<FastifyInstance>();
  const routes = app.get(RouteTable);
  server.addHook('onRoute', (route) => routes.add(route));
  app.get(AnsweredRequests).observe(server);
  app.get(AccessLog).install(server);
  app.get(RequestGate).install(server);
  await app.init();
  await server.ready();
  app.get(InferenceLane).install(server.server, limits.bodyBytes);
  app.get(PassthroughLane).install(server.server);
  app.get(RequestFront).install(server.server, limits);
  app.get(AnsweredRequests).install(server.server);
  app.get(HealthBoard).watch(server.server);
  return app;
}
