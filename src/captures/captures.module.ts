import { Module } from '@nestjs/common';
import { CaptureRecorder } from './capture.recorder.js';
import { CapturesController } from './captures.controller.js';

/** Requests and answers as they were, for a look afterwards. */
@Module({
  controllers: [CapturesController],
  providers: [CaptureRecorder],
  exports: [CaptureRecorder],
})
export class CapturesModule {}
