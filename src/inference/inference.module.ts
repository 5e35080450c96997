import { Module } from '@nestjs/common';
import { Forwarder, UpstreamPools } from '#lib/proxy';
import { HttpModule } from '../http/http.module.js';
import { InferenceLane } from './inference.lane.js';
import { InferencePipeline } from './inference.pipeline.js';
import { InferenceRegistrar } from './inference.registrar.js';
import { ModelEdits } from './model-edits.js';

/** The routes that models answer. */
@Module({
  imports: [HttpModule],
  providers: [
    Forwarder,
    UpstreamPools,
    ModelEdits,
    InferencePipeline,
    InferenceLane,
    InferenceRegistrar,
  ],
})
export class InferenceModule {}
