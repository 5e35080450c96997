import { Module } from '@nestjs/common';
import { OverviewController } from './overview.controller.js';

/** Queue and models over HTTP; needs the engine. */
@Module({ controllers: [OverviewController] })
export class OverviewModule {}
