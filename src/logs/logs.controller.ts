import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DroverError } from '#lib/foundation';
import { LogMonitor, LogService } from '#lib/logs';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { streamLog } from './log-stream.js';
import { Documented } from '../openapi/documented.decorator.js';

/** More segments than any model id has; a path may hold enough to keep a search busy for minutes. */
const MAX_SEGMENTS = 64;

/** Histories and live streams of the logs, as plain text. */
@Controller('logs')
export class LogsController {
  constructor(
    private readonly logs: LogService,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
  ) {}

  @Get()
  @Documented({ summary: 'The history of the logs as text.', mediaType: 'text/plain' })
  history(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (request.headers.accept?.includes('text/html')) {
      void reply.redirect('/ui/', 302);
      return;
    }
    void reply.header('Content-Type', 'text/plain').send(Buffer.from(this.logs.combined.history()));
  }

  @Get(['stream', 'stream/*'])
  @Documented({
    summary: 'A log as it is written: of everything, of proxy or upstream, or of a model.',
    mediaType: 'text/plain',
    query: { 'no-history': 'Leaves out what was written before.' },
  })
  async stream(
    @Param('*') id: string | undefined,
    @Query() query: Record<string, unknown>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const monitor = this.monitorOf(id ?? '');
    const reader = monitor.open({ history: !('no-history' in query) });
    await streamLog(reader, reply.hijack().raw, this.options.closing);
  }

  private monitorOf(id: string): LogMonitor {
    if (id === '') return this.logs.combined;
    if (id === 'proxy' || id === 'upstream') return this.logs[id];
    const model = this.longestModel(id);
    if (model !== null) return this.logs.model(model);
    const message = "invalid logger. Use 'proxy', 'upstream' or a model's ID";
    throw new DroverError('BAD_REQUEST', message);
  }

  /** The model named by as many of the path's segments as possible; the rest is ignored. */
  private longestModel(path: string): string | null {
    const segments = path.split('/', MAX_SEGMENTS);
    for (let count = segments.length; count > 0; count -= 1) {
      const resolved = this.router.resolve(segments.slice(0, count).join('/'));
      if (resolved?.kind === 'local') return resolved.model;
    }
    return null;
  }
}
