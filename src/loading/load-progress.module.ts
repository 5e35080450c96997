import { Module } from '@nestjs/common';
import { LoadProgressService } from './load-progress.service.js';

/** How far the loads under way are. */
@Module({ providers: [LoadProgressService], exports: [LoadProgressService] })
export class LoadProgressModule {}
