import { Module } from '@nestjs/common';
import { ActivityService } from './activity.service.js';

/** The activity log itself. */
@Module({ providers: [ActivityService], exports: [ActivityService] })
export class ActivityLogModule {}
