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
} from '#lib/activity';
import { DroverError } from '#lib/foundation';
import { CaptureRecorder } from '../captures/capture.recorder.js';
import { queryOf } from '../http/query-of.js';
import { parseActivityFilter, parseGroupings, wholeNumber } from './activity-filter.js';
import { activityCsv, activityLines } from './activity-export.js';
import { ActivityService } from './activity.service.js';

/** A row as the list shows it. */
type ListedRow = ActivityRow & { readonly has_capture: boolean };

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
  stats(@Req() { raw }: FastifyRequest): ActivityStats {
    const models = parseModels(queryOf(raw));
    return this.read(() => this.activity.log().stats(models));
  }

  @Get('api/v1/activity')
  page(@Req() { raw }: FastifyRequest): ActivityViewPage {
    return this.views(queryOf(raw), 100, MAX_PAGE);
  }

  @Get('api/v1/activity.csv')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  csv(@Req() { raw }: FastifyRequest): string {
    return activityCsv(this.views(queryOf(raw), MAX_EXPORT, MAX_EXPORT).data);
  }

  @Get('api/v1/activity.ndjson')
  @Header('Content-Type', 'application/x-ndjson')
  lines(@Req() { raw }: FastifyRequest): string {
    return activityLines(this.views(queryOf(raw), MAX_EXPORT, MAX_EXPORT).data);
  }

  @Get('api/v1/activity/aggregate')
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
