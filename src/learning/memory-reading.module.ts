import { Module } from '@nestjs/common';
import { PerformanceModule } from '../performance/performance.module.js';
import { MemoryReading } from './memory-reading.js';

/** Joins the samples of the GPUs to what the router learns about memory; needs the engine. */
@Module({ imports: [PerformanceModule], providers: [MemoryReading] })
export class MemoryReadingModule {}
