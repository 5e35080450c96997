import { Module } from '@nestjs/common';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineReader } from './timeline.reader.js';
import { TimelineRecorder } from './timeline.recorder.js';

/** The timeline of swaps and requests. */
@Module({
  imports: [ProfilesModule],
  controllers: [TimelineController],
  providers: [TimelineRecorder, TimelineReader],
})
export class TimelineModule {
  constructor(profiles: ProfileRegistry, recorder: TimelineRecorder) {
    profiles.onChange(() => recorder.profileSwitched(profiles.active));
  }
}
