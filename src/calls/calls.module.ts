import { Global, Module } from '@nestjs/common';
import { CallWatchers } from './call.watchers.js';

/** The seam between the requests for models and everything that observes them. */
@Global()
@Module({ providers: [CallWatchers], exports: [CallWatchers] })
export class CallsModule {}
