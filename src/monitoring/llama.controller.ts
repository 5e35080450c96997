import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DroverError } from '#lib/foundation';
import { EngineSample } from '#lib/monitor';
import { queryOf } from '../http/query-of.js';
import { ModelOrigins, type ModelsBody } from '../discovery/model-origins.js';
import { StateChangingRoute } from '../http/route-flags.js';
import { bodyObject, flag, interval } from './control-body.js';
import { EnginePages } from './engine-pages.js';
import { HISTORY_LIMIT, LlamaMetricsService } from './llama-metrics.service.js';
import { ModelNames } from './model-names.js';
import { ModelStatusService } from './model-status.service.js';
import { StatusBoard, type StatusBody } from './status.board.js';
import { Documented } from '../openapi/documented.decorator.js';
import {
  ENGINE_METRICS_SCHEMA,
  POLLING_REQUEST_SCHEMA,
  POLLING_SCHEMA,
  STATUS_MODELS_SCHEMA,
  STATUS_SCHEMA,
} from './monitoring.schemas.js';
import { parameter, WHOLE, FLAG } from '../openapi/schemas.js';

/** Live figures of the models. */
@Controller('api/v1/llama')
export class LlamaController {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly board: StatusBoard,
    private readonly status: ModelStatusService,
    private readonly names: ModelNames,
    private readonly engines: LlamaMetricsService,
    private readonly pages: EnginePages,
    private readonly origins: ModelOrigins,
  ) {}

  @Get('status')
  @Documented({ summary: 'All models and the machine.', answer: STATUS_SCHEMA })
  all(): StatusBody {
    return this.board.all();
  }

  @Get('models')
  @Documented({
    summary:
      'All models: those of the configuration, and those that were registered or discovered.',
    answer: STATUS_MODELS_SCHEMA,
  })
  models(): ModelsBody {
    return this.origins.all(this.board.all().models);
  }

  @Post('models/:name/polling')
  @HttpCode(200)
  @Documented({
    summary: "Starts or stops the polling of a model's figures.",
    body: POLLING_REQUEST_SCHEMA,
    isBodyOptional: true,
    answer: POLLING_SCHEMA,
  })
  @StateChangingRoute()
  async polling(@Param('name') name: string, @Req() request: FastifyRequest): Promise<object> {
    const model = this.names.known(name);
    const body = bodyObject(request.body);
    const intervalMs = interval(body);
    if (!flag({ enabled: true, ...body }, 'enabled')) await this.engines.stopPolling(model);
    else this.engines.startPolling(model, intervalMs);
    return { modelName: model, polling: this.engines.intervalMs(model) !== null, intervalMs };
  }

  @Get('models/:name/metrics')
  @Documented({
    summary: 'The latest figures of a model and their history.',
    answer: ENGINE_METRICS_SCHEMA,
    query: {
      limit: parameter('Most samples.', { ...WHOLE, minimum: 1 }),
      ended: parameter('Whether also those of processes that have ended.', FLAG),
    },
  })
  metrics(@Param('name') name: string, @Req() { raw }: FastifyRequest): object {
    const model = this.names.known(name);
    const query = queryOf(raw);
    const limit = limitOf(query.get('limit'));
    const history = this.engines.history(model, limit, query.get('ended') === 'true');
    const latest: EngineSample | null = this.engines.latest(model);
    return {
      modelName: model,
      state: this.status.of(model).state,
      registered: this.engines.intervalMs(model) !== null,
      intervalMs: this.engines.intervalMs(model) ?? 1000,
      historyLimit: HISTORY_LIMIT,
      latest,
      history,
    };
  }

  @Get('models/:name/metrics/raw')
  @Documented({ summary: "The server's own page for Prometheus.", mediaType: 'text/plain' })
  async raw(
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const page = await this.pages.metricsOf(this.names.known(name));
    void reply.status(page.status).header('Content-Type', 'text/plain; version=0.0.4');
    return page.body;
  }
}

function limitOf(text: string | null): number {
  const limit = text === null ? HISTORY_LIMIT : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= HISTORY_LIMIT) return limit;
  throw new DroverError('BAD_REQUEST', `limit must be between 1 and ${HISTORY_LIMIT}`);
}
