import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { LoadingModule } from '../loading/loading.module.js';
import { SelectorsModule } from '../selectors/selectors.module.js';
import { CallTransport } from './call.transport.js';
import { CallSender } from './call.sender.js';
import { InferenceLane } from './inference.lane.js';
import { InferencePipeline } from './inference.pipeline.js';
import { InferenceRegistrar } from './inference.registrar.js';
import { LostServers } from './lost-servers.js';
import { ModelChooser } from './model-chooser.js';
import { ModelSender } from './model.sender.js';
import { ModelEdits } from './model-edits.js';

/** The routes that models answer. */
@Module({
  imports: [HttpModule, ProfilesModule, SelectorsModule, LoadingModule],
  providers: [
    ModelEdits,
    ModelChooser,
    CallTransport,
    CallSender,
    LostServers,
    ModelSender,
    InferencePipeline,
    InferenceLane,
    InferenceRegistrar,
  ],
})
export class InferenceModule {}
