import { Controller, Get } from '@nestjs/common';
import { Documented } from './documented.decorator.js';
import { type OpenApi, OpenApiDocument } from './open-api.document.js';

/** The description of the API. */
@Controller('api/openapi.json')
export class OpenApiController {
  constructor(private readonly document: OpenApiDocument) {}

  @Get()
  @Documented({ summary: 'This description.', answer: { type: 'object' } })
  get(): OpenApi {
    return this.document.get();
  }
}
