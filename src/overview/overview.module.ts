import { Module } from '@nestjs/common';
import { LoadProgressModule } from '../loading/load-progress.module.js';
import { OverviewController } from './overview.controller.js';

/** Queue and models over HTTP; needs the engine. */
@Module({ imports: [LoadProgressModule], controllers: [OverviewController] })
export class OverviewModule {}
