import { Controller, Get, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { MetricsRoute } from '../http/route-flags.js';
import { MetricsRegistry } from './metrics.registry.js';
import { Documented } from '../openapi/documented.decorator.js';

/** The page for Prometheus. It is made of values in memory: a scrape starts and wakes nothing. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: MetricsRegistry) {}

  @Get()
  @Documented({ summary: 'The page for Prometheus.', mediaType: 'text/plain' })
  @MetricsRoute()
  async index(@Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    void reply.header('Content-Type', this.metrics.registry.contentType);
    return await this.metrics.page();
  }
}
