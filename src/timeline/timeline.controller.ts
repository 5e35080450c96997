import { Controller, Get, Inject, Query } from '@nestjs/common';
import { type Clock, CLOCK } from '#lib/foundation';
import { readRange } from './timeline-range.js';
import { type TimelineView } from './timeline-view.interface.js';
import { TimelineReader } from './timeline.reader.js';
import { Documented } from '../openapi/documented.decorator.js';
import { TIMELINE_SCHEMA } from './timeline.schemas.js';
import { parameter, TIME } from '../openapi/schemas.js';

/** What was loaded when, and why each request waited. */
@Controller('api/v1/timeline')
export class TimelineController {
  constructor(
    private readonly timeline: TimelineReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Documented({
    summary: 'What was loaded when, and why each request waited.',
    answer: TIMELINE_SCHEMA,
    query: {
      from: parameter('15 minutes before the end without it.', TIME),
      to: parameter('Now without it.', TIME),
    },
  })
  read(@Query('from') from: unknown, @Query('to') to: unknown): TimelineView {
    return this.timeline.read(readRange(from, to, this.clock.wallMs()));
  }
}
