import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { SamplingTicker } from '#lib/monitor';

const NAME = 'performance-sampling';

/** The sampling interval, kept in Nest's schedule, where other intervals of the program are seen. */
@Injectable()
export class ScheduleTicker implements SamplingTicker {
  constructor(private readonly schedule: SchedulerRegistry) {}

  start(periodMs: number, tick: () => void): void {
    this.stop();
    const interval = setInterval(tick, periodMs);
    interval.unref();
    this.schedule.addInterval(NAME, interval);
  }

  stop(): void {
    if (this.schedule.doesExist('interval', NAME)) this.schedule.deleteInterval(NAME);
  }
}
