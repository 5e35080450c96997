import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { StateChangingRoute } from '../http/route-flags.js';
import { InflightRegistry } from './inflight.registry.js';
import { Documented } from '../openapi/documented.decorator.js';
import { DONE_SCHEMA } from '../openapi/schemas.js';

/** Cancels requests in flight. */
@Controller('api/inflight')
export class InflightController {
  constructor(private readonly inflight: InflightRegistry) {}

  @Post(':id/cancel')
  @Documented({ summary: 'Cancels a request in flight.', answer: DONE_SCHEMA })
  @HttpCode(200)
  @StateChangingRoute()
  cancel(@Param('id') id: string): { msg: string } {
    if (this.inflight.cancel(id)) return { msg: 'ok' };
    throw new DroverError('NOT_FOUND', 'inflight request not found');
  }
}
