import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { CapturesModule } from '../captures/captures.module.js';
import { ActivityController } from './activity.controller.js';
import { ActivityLogModule } from './activity-log.module.js';
import { RecordingWatcher } from './recording.watcher.js';
import { TokenMeter } from './token.meter.js';

/** Records every request for a model, and shows the records. */
@Module({
  imports: [AccessModule, ActivityLogModule, CallsModule, CapturesModule],
  controllers: [ActivityController],
  providers: [RecordingWatcher, TokenMeter],
})
export class ActivityModule {}
