import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { StateChangingRoute } from '../http/route-flags.js';
import { bodyObject, discoveryRequest } from '../monitoring/control-body.js';
import { DISCOVERY_REQUEST_SCHEMA, DISCOVERY_SCHEMA } from '../monitoring/monitoring.schemas.js';
import { Documented } from '../openapi/documented.decorator.js';
import { type Discovery, DiscoveryService } from './discovery.service.js';

/** Finds models that could be served. */
@Controller('api/v1/llama')
export class DiscoveryController {
  constructor(private readonly discovery: DiscoveryService) {}

  @Post('discover')
  @HttpCode(200)
  @StateChangingRoute()
  @Documented({
    summary: 'GGUF files in the folders of models, and servers that run at the given addresses.',
    body: DISCOVERY_REQUEST_SCHEMA,
    answer: DISCOVERY_SCHEMA,
  })
  async discover(@Req() { body }: FastifyRequest): Promise<Discovery> {
    return await this.discovery.find(discoveryRequest(bodyObject(body)));
  }
}
