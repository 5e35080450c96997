import { Module } from '@nestjs/common';
import { CallsModule } from '../calls/calls.module.js';
import { CapturesModule } from '../captures/captures.module.js';
import { ActivityController } from './activity.controller.js';
import { ActivityLogModule } from './activity-log.module.js';
import { RecordingWatcher } from './recording.watcher.js';

/** Records every request for a model, and shows the records. */
@Module({
  imports: [ActivityLogModule, CallsModule, CapturesModule],
  controllers: [ActivityController],
  providers: [RecordingWatcher],
})
export class ActivityModule {}
