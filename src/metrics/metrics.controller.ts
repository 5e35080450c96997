import { Controller, Get, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import { type FastifyReply } from 'fastify';
import { MetricsRoute } from '../http/route-flags.js';
import { MetricsRegistry } from './metrics.registry.js';
import { Documented } from '../openapi/documented.decorator.js';

/** The page for Prometheus. It is made of values in memory: a scrape starts and wakes nothing. */
@Controller()
export class MetricsController extends PrometheusController {
  constructor(private readonly metrics: MetricsRegistry) {
    super();
  }

  @Get()
  @Documented({ summary: 'The page for Prometheus.', mediaType: 'text/plain' })
  @MetricsRoute()
  override async index(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('Content-Type', this.metrics.registry.contentType);
    return await this.metrics.page();
  }
}
