import { Module } from '@nestjs/common';
import { SwapDecisions } from '#lib/router';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineKeeper } from './timeline.keeper.js';
import { TimelineReader } from './timeline.reader.js';
import { TimelineRecorder } from './timeline.recorder.js';

/** The timeline of swaps and requests. */
@Module({
  imports: [ProfilesModule],
  controllers: [TimelineController],
  providers: [TimelineRecorder, TimelineReader, TimelineKeeper],
})
export class TimelineModule {
  constructor(profiles: ProfileRegistry, decisions: SwapDecisions, recorder: TimelineRecorder) {
    decisions.onEnded((decision) => recorder.swapEnded(decision));
    profiles.onChange(() => recorder.profileSwitched(profiles.active));
  }
}
