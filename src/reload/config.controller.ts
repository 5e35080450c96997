import { Controller, Get, HttpStatus, Post, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { StateChangingRoute } from '../http/route-flags.js';
import { ReloadReport } from './reload-report.interface.js';
import { ReloadService } from './reload.service.js';
import { Documented } from '../openapi/documented.decorator.js';
import { CONFIG_STATUS_SCHEMA, RELOAD_REPORT_SCHEMA } from './reload.schemas.js';

/** The state of the configuration over HTTP. Times are RFC 3339. */
export interface ConfigStatusView {
  /** Whether a reload is going on. */
  readonly reloading: boolean;
  /** The latest reload, or null when there was none since the start. */
  readonly last: ReloadReportView | null;
}

/** A {@link ReloadReport} over HTTP. */
export interface ReloadReportView extends Omit<ReloadReport, 'atMs'> {
  readonly at: string;
}

/** Reloads the configuration on request and tells how the latest reload went. */
@Controller('api/config')
export class ConfigController {
  constructor(private readonly reloads: ReloadService) {}

  /** Answers when the reload has ended: 200 applied or unchanged, 422 rejected. */
  @Post('reload')
  @Documented({
    summary: 'Reloads the configuration and answers when that has ended.',
    answer: RELOAD_REPORT_SCHEMA,
    others: { 422: RELOAD_REPORT_SCHEMA },
  })
  @StateChangingRoute()
  async reload(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReloadReportView> {
    const report = await this.reloads.reload('api');
    const isRejected = report.outcome === 'rejected';
    reply.status(isRejected ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK);
    return viewOf(report);
  }

  @Get('status')
  @Documented({ summary: 'How the latest reload went.', answer: CONFIG_STATUS_SCHEMA })
  status(): ConfigStatusView {
    const { last, isRunning } = this.reloads;
    return { reloading: isRunning, last: last && viewOf(last) };
  }
}

function viewOf({ atMs, ...report }: ReloadReport): ReloadReportView {
  return { ...report, at: new Date(atMs).toISOString() };
}
