import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { type FastifyRequest } from 'fastify';
import { DroverError, type DroverEventEmitter, ModelOrderedEvent } from '#lib/foundation';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { StateChangingRoute } from '../http/route-flags.js';
import { leavingOf } from './leaving.js';
import { Documented } from '../openapi/documented.decorator.js';
import { DONE_SCHEMA } from '../openapi/schemas.js';

/** Loads and unloads models on request. Each answer comes when the models have got there. */
@Controller()
export class ModelControlController {
  constructor(
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {}

  @Get('unload')
  @Documented({ summary: 'Stops every model.', mediaType: 'text/plain' })
  @StateChangingRoute()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async unloadByGet(@Req() { method }: FastifyRequest): Promise<string> {
    // HEAD asks about a page; it must not change what runs.
    if (method !== 'HEAD') await this.unload(null);
    return 'OK';
  }

  @Post('api/models/unload')
  @Documented({ summary: 'Stops every model.', answer: DONE_SCHEMA })
  @HttpCode(200)
  @StateChangingRoute()
  async unloadAll(): Promise<{ msg: string }> {
    await this.unload(null);
    return { msg: 'ok' };
  }

  @Post('api/models/unload/*')
  @Documented({ summary: 'Stops one model.', mediaType: 'text/plain' })
  @HttpCode(200)
  @StateChangingRoute()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async unloadOne(@Param('*') name: string): Promise<string> {
    await this.unload(this.localModel(name));
    return 'OK';
  }

  @Post('api/models/load/*')
  @Documented({ summary: 'Starts one model and answers when it is ready.', answer: DONE_SCHEMA })
  @HttpCode(200)
  @StateChangingRoute()
  async load(@Param('*') name: string, @Req() request: FastifyRequest): Promise<{ msg: string }> {
    const model = this.localModel(name);
    this.ordered({ action: 'load', model });
    await this.router.load(model, leavingOf(request));
    return { msg: 'ok' };
  }

  private async unload(model: string | null): Promise<void> {
    this.ordered({ action: 'unload', model });
    await this.router.unload(model === null ? null : [model]);
  }

  private ordered(order: ModelOrderedEvent): void {
    this.events.emit('model.ordered', order);
  }

  private localModel(name: string): string {
    const resolved = this.router.resolve(name);
    if (resolved?.kind === 'local') return resolved.model;
    throw new DroverError('MODEL_NOT_FOUND', 'model not found');
  }
}
