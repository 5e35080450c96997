import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { FastifyInstance } from 'fastify';
import { RequestMetricsService } from './request-metrics.service.js';

/** Label of requests for which there is no route: what clients ask for is no label. */
const NO_ROUTE = 'unmatched';

/** Counts every HTTP request by the template of its route. */
@Injectable()
export class HttpMetrics {
  constructor(host: HttpAdapterHost, metrics: RequestMetricsService) {
    // A hook sees only routes that are added after it, so it cannot wait for the module's start.
    const server = host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', (request, reply, done) => {
      const route = request.is404 ? NO_ROUTE : (request.routeOptions.url ?? NO_ROUTE);
      metrics.answered(route, request.method, reply.raw.statusCode);
      done();
    });
  }
}
