import { Controller, Delete, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { queryOf } from '../http/query-of.js';
import { RegisteredModels } from '../discovery/registered.models.js';
import { StateChangingRoute } from '../http/route-flags.js';
import {
  bodyObject,
  duration,
  flag,
  modelRegistration,
  registration,
  startOverride,
} from './control-body.js';
import { ModelControl } from './model-control.js';
import { type ModelStatus, ModelStatusService } from './model-status.service.js';
import { RegisteredServers } from './registered.servers.js';
import { Documented } from '../openapi/documented.decorator.js';
import {
  MODEL_STATUS_SCHEMA,
  REGISTRATION_SCHEMA,
  START_REQUEST_SCHEMA,
  STARTED_SCHEMA,
  STOP_REQUEST_SCHEMA,
  STOPPED_SCHEMA,
  UNREGISTERED_SCHEMA,
} from './monitoring.schemas.js';
import { parameter, FLAG } from '../openapi/schemas.js';

/** Starts, stops, registers and forgets models. */
@Controller('api/v1/llama')
export class LlamaControlController {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly control: ModelControl,
    private readonly status: ModelStatusService,
    private readonly servers: RegisteredServers,
    private readonly models: RegisteredModels,
  ) {}

  @Post('models')
  @HttpCode(201)
  @StateChangingRoute()
  @Documented({
    summary:
      'Registers a GGUF file as a model that can be started, or a server that somebody else runs for watching.',
    status: 201,
    body: REGISTRATION_SCHEMA,
    answer: MODEL_STATUS_SCHEMA,
  })
  async register(@Req() request: FastifyRequest): Promise<ModelStatus> {
    const body = bodyObject(request.body);
    if (body['path'] !== undefined) {
      const model = modelRegistration(body);
      await this.models.add(model);
      return this.status.of(model.modelName);
    }
    const server = registration(body);
    this.servers.add(server);
    return this.status.foreign(server.modelName);
  }

  @Delete('models/:name')
  @StateChangingRoute()
  @Documented({
    summary: 'Removes a model or server that was registered.',
    answer: UNREGISTERED_SCHEMA,
  })
  async unregister(@Param('name') name: string): Promise<{ readonly modelName: string }> {
    const isRemoved = await this.models.remove(name);
    if (!isRemoved) await this.servers.remove(name);
    return { modelName: name };
  }

  @Post('models/:name/start')
  @Documented({
    summary: 'Starts a model.',
    description: '200 when it runs, 202 when it has only begun to load.',
    body: START_REQUEST_SCHEMA,
    isBodyOptional: true,
    answer: STARTED_SCHEMA,
    others: { 202: STARTED_SCHEMA },
    query: { wait: parameter('Whether to answer when the model is ready.', FLAG) },
  })
  @StateChangingRoute()
  async start(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const body = bodyObject(request.body);
    const wait = flag(body, 'wait') || queryOf(request.raw).get('wait') === 'true';
    const timeoutMs = duration(body, 'timeoutMs', 0);
    const override = startOverride(body);
    const options = { wait, timeoutMs, override };
    const { status, headers, answer } = await this.control.start(name, options);
    void reply.status(status).headers(headers);
    return answer;
  }

  @Post('models/:name/stop')
  @Documented({
    summary: 'Stops a model.',
    body: STOP_REQUEST_SCHEMA,
    isBodyOptional: true,
    answer: STOPPED_SCHEMA,
  })
  @HttpCode(200)
  @StateChangingRoute()
  async stop(@Param('name') name: string, @Req() request: FastifyRequest): Promise<object> {
    const body = bodyObject(request.body);
    const isForced = flag(body, 'force');
    return await this.control.stop(name, {
      isForced,
      graceMs: isForced ? 0 : duration(body, 'timeoutMs', 10_000),
    });
  }
}
