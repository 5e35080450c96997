import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { DroverError } from '#lib/foundation';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { StateChangingRoute } from '../http/route-flags.js';
import { leavingOf } from './leaving.js';
import { Documented } from '../openapi/documented.decorator.js';
import { DONE_SCHEMA } from '../openapi/schemas.js';

/** Loads and unloads models on request. Each answer comes when the models have got there. */
@Controller()
export class ModelControlController {
  constructor(@Inject(MODEL_ROUTER) private readonly router: ModelRouter) {}

  @Get('unload')
  @Documented({ summary: 'Stops every model.', mediaType: 'text/plain' })
  @StateChangingRoute()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async unloadByGet(@Req() { method }: FastifyRequest): Promise<string> {
    // HEAD asks about a page; it must not change what runs.
    if (method !== 'HEAD') await this.router.unload(null);
    return 'OK';
  }

  @Post('api/models/unload')
  @Documented({ summary: 'Stops every model.', answer: DONE_SCHEMA })
  @HttpCode(200)
  @StateChangingRoute()
  async unloadAll(): Promise<{ msg: string }> {
    await this.router.unload(null);
    return { msg: 'ok' };
  }

  @Post('api/models/unload/*')
  @Documented({ summary: 'Stops one model.', mediaType: 'text/plain' })
  @HttpCode(200)
  @StateChangingRoute()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async unloadOne(@Param('*') name: string): Promise<string> {
    await this.router.unload([this.localModel(name)]);
    return 'OK';
  }

  @Post('api/models/load/*')
  @Documented({ summary: 'Starts one model and answers when it is ready.', answer: DONE_SCHEMA })
  @HttpCode(200)
  @StateChangingRoute()
  async load(@Param('*') name: string, @Req() request: FastifyRequest): Promise<{ msg: string }> {
    await this.router.load(this.localModel(name), leavingOf(request));
    return { msg: 'ok' };
  }

  private localModel(name: string): string {
    const resolved = this.router.resolve(name);
    if (resolved?.kind === 'local') return resolved.model;
    throw new DroverError('MODEL_NOT_FOUND', 'model not found');
  }
}
