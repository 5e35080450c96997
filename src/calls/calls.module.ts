import { Global, Module } from '@nestjs/common';
import { CallWatchers } from './call.watchers.js';
import { FinishedCalls } from './finished.calls.js';

/** The seam between the requests for models and everything that observes them. */
@Global()
@Module({ providers: [CallWatchers, FinishedCalls], exports: [CallWatchers, FinishedCalls] })
export class CallsModule {}
