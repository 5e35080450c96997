import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { OpenApiController } from './open-api.controller.js';
import { OpenApiDocument } from './open-api.document.js';
import { RouteScanner } from './route.scanner.js';

/** The API's description, made from the code. */
@Module({
  imports: [DiscoveryModule],
  controllers: [OpenApiController],
  providers: [OpenApiDocument, RouteScanner],
})
export class OpenApiModule {}
