import { Global, Module } from '@nestjs/common';
import { CallCutter } from './call.cutter.js';
import { CallWatchers } from './call.watchers.js';
import { FinishedCalls } from './finished.calls.js';

const SEAMS = [CallWatchers, FinishedCalls, CallCutter];

/** The seam between the requests for models and everything that observes them or ends them. */
@Global()
@Module({ providers: SEAMS, exports: SEAMS })
export class CallsModule {}
