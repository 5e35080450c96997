import { Module } from '@nestjs/common';
import { LoadingStreams } from './loading.streams.js';

/** Tells clients how the wait for their model goes. */
@Module({ providers: [LoadingStreams], exports: [LoadingStreams] })
export class LoadingModule {}
