import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SelectorsModule } from '../selectors/selectors.module.js';
import { PassthroughDispatcher } from './passthrough.dispatcher.js';
import { PassthroughLane } from './passthrough.lane.js';
import { PassthroughSender } from './passthrough.sender.js';
import { PassthroughPipeline } from './passthrough.pipeline.js';
import { WayFinder } from './way-finder.js';

/** Direct ways to the models' own servers. */
@Module({
  imports: [HttpModule, ProfilesModule, SelectorsModule],
  providers: [
    WayFinder,
    PassthroughSender,
    PassthroughDispatcher,
    PassthroughPipeline,
    PassthroughLane,
  ],
})
export class PassthroughModule {}
