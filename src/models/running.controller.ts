import { Controller, Get, Inject } from '@nestjs/common';
import { ConfigStore, ModelConfig } from '#lib/config';
import { redactCommand } from '#lib/foundation';
import { isResident } from '#lib/plugin-api';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import { Documented } from '../openapi/documented.decorator.js';
import { RUNNING_SCHEMA } from './models.schemas.js';

/** Tells which models hold memory. */
@Controller()
export class RunningController {
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
  ) {}

  @Get('running')
  @Documented({ summary: 'The models that hold memory.', answer: RUNNING_SCHEMA })
  running(): { running: Record<string, unknown>[] } {
    const models = [...this.config.current.models.values()];
    const running = models
      .filter(({ id }) => isResident(this.states.stateOf(id)))
      .toSorted((one, other) => Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)))
      .map((config) => this.entry(config));
    return { running };
  }

  private entry({ id, cmd, proxy, ttl, name, description }: ModelConfig): Record<string, unknown> {
    const shown = { cmd: redactCommand(cmd), proxy: redactCommand(proxy) };
    return { model: id, state: this.states.stateOf(id), ...shown, ttl, name, description };
  }
}
