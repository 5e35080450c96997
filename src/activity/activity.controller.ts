import { Controller, Get, Header, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import {
  type ActivityAggregate,
  ActivityReader,
  type ActivityRow,
  type ActivityStats,
  type ActivityViewPage,
  parseActivityQuery,
  parseModels,
  SORT_COLUMNS,
} from '#lib/activity';
import { DroverError } from '#lib/foundation';
import { CaptureRecorder } from '../captures/capture.recorder.js';
import { queryOf } from '../http/query-of.js';
import { parseActivityFilter, parseGroupings, wholeNumber } from './activity-filter.js';
import { activityCsv, activityLines } from './activity-export.js';
import { ActivityService } from './activity.service.js';
import { Documented } from '../openapi/documented.decorator.js';
import {
  ACTIVITY_AGGREGATES_SCHEMA,
  ACTIVITY_FILTER_QUERY,
  ACTIVITY_PAGE_SCHEMA,
  ACTIVITY_STATS_SCHEMA,
  ACTIVITY_VIEW_PAGE_SCHEMA,
  MODELS_PARAMETER,
} from './activity.schemas.js';
import { oneOf, parameter, TIME, WHOLE } from '../openapi/schemas.js';

/** A row as the list shows it. */
type ListedRow = ActivityRow & { readonly has_capture: boolean };

const COMPATIBLE_QUERY = {
  model: MODELS_PARAMETER,
  start: parameter('Inclusive.', TIME),
  end: parameter('Inclusive.', TIME),
  min_id: parameter('Inclusive.', { ...WHOLE, minimum: 1 }),
  max_id: parameter('Inclusive.', { ...WHOLE, minimum: 1 }),
  limit: parameter('Most rows.', { ...WHOLE, minimum: 1, maximum: 999, default: 25 }),
  page: parameter('Which page.', { ...WHOLE, minimum: 1, default: 1 }),
  sort: parameter('Column.', { ...oneOf([...SORT_COLUMNS.keys()]), default: 'id' }),
  order: parameter('Direction.', { ...oneOf(['asc', 'desc']), default: 'desc' }),
};

const PAGE_QUERY = {
  ...ACTIVITY_FILTER_QUERY,
  cursor: parameter('nextCursor of the page before.', { ...WHOLE, minimum: 0 }),
  limit: parameter('Most requests.', { ...WHOLE, minimum: 0 }),
};

const MAX_PAGE = 1000;
const MAX_EXPORT = 100_000;

/** Reads the activity log: the compatible list and statistics, and our own views. */
@Controller()
export class ActivityController {
  constructor(
    private readonly activity: ActivityService,
    private readonly captures: CaptureRecorder,
  ) {}

  @Get('api/metrics/activity')
  @Documented({
    summary: 'A page of the log of requests, in the compatible form.',
    answer: ACTIVITY_PAGE_SCHEMA,
    query: COMPATIBLE_QUERY,
  })
  list(@Req() { raw }: FastifyRequest): object {
    const query = parseActivityQuery(queryOf(raw));
    const page = this.read(() => this.activity.log().query(query));
    const data: ListedRow[] = page.data.map((row) => ({
      ...row,
      has_capture: this.captures.has(row.id),
    }));
    return { ...page, data };
  }

  @Get('api/metrics/stats')
  @Documented({
    summary: 'Sums and distributions over the log of requests.',
    answer: ACTIVITY_STATS_SCHEMA,
    query: { model: MODELS_PARAMETER },
  })
  stats(@Req() { raw }: FastifyRequest): ActivityStats {
    const models = parseModels(queryOf(raw));
    return this.read(() => this.activity.log().stats(models));
  }

  @Get('api/v1/activity')
  @Documented({
    summary: 'Requests with everything that is known about them, newest first.',
    answer: ACTIVITY_VIEW_PAGE_SCHEMA,
    query: PAGE_QUERY,
  })
  page(@Req() { raw }: FastifyRequest): ActivityViewPage {
    return this.views(queryOf(raw), 100, MAX_PAGE);
  }

  @Get('api/v1/activity.csv')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  @Documented({
    summary: 'The same as a table.',
    mediaType: 'text/csv',
    query: PAGE_QUERY,
  })
  csv(@Req() { raw }: FastifyRequest): string {
    return activityCsv(this.views(queryOf(raw), MAX_EXPORT, MAX_EXPORT).data);
  }

  @Get('api/v1/activity.ndjson')
  @Header('Content-Type', 'application/x-ndjson')
  @Documented({
    summary: 'The same, one JSON object per line.',
    mediaType: 'application/x-ndjson',
    query: PAGE_QUERY,
  })
  lines(@Req() { raw }: FastifyRequest): string {
    return activityLines(this.views(queryOf(raw), MAX_EXPORT, MAX_EXPORT).data);
  }

  @Get('api/v1/activity/aggregate')
  @Documented({
    summary: 'Figures of groups of requests.',
    answer: ACTIVITY_AGGREGATES_SCHEMA,
    query: { by: 'model, hour, operation, or several of them.', ...ACTIVITY_FILTER_QUERY },
  })
  aggregate(@Req() { raw }: FastifyRequest): { readonly data: readonly ActivityAggregate[] } {
    const query = queryOf(raw);
    const by = parseGroupings(query.get('by'));
    const filter = parseActivityFilter(query);
    return { data: this.read(() => this.reader().aggregate(filter, by)) };
  }

  private views(query: URLSearchParams, fallback: number, limit: number): ActivityViewPage {
    const wanted = Math.min(limit, wholeNumber(query, 'limit') ?? fallback);
    const filter = parseActivityFilter(query);
    const cursor = wholeNumber(query, 'cursor');
    return this.read(() => this.reader().page(filter, cursor, Math.max(1, wanted)));
  }

  private reader(): ActivityReader {
    return new ActivityReader(this.activity.log());
  }

  private read<Value>(query: () => Value): Value {
    try {
      return query();
    } catch (error) {
      throw new DroverError('INTERNAL', 'failed to get activity', { cause: error });
    }
  }
}
