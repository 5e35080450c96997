import { Controller, Get, Param, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { ModelPatterns } from '../access/model-patterns.js';
import { ModelList } from './model-list.js';
import { type ModelRecord } from './model-record.js';
import { Documented } from '../openapi/documented.decorator.js';
import { MODEL_LIST_SCHEMA, MODEL_RECORD_SCHEMA } from './models.schemas.js';

/** The model list in OpenAI's form. */
@Controller()
export class ModelsController {
  constructor(private readonly list: ModelList) {}

  @Get(['v1/models', 'models'])
  @Documented({ summary: 'Everything that a request can name.', answer: MODEL_LIST_SCHEMA })
  all(@Req() { access }: FastifyRequest): { object: 'list'; data: ModelRecord[] } {
    const patterns = access?.client?.models ?? null;
    const all = this.list.all();
    return { object: 'list', data: patterns ? all.filter((one) => mayUse(patterns, one)) : all };
  }

  @Get('v1/models/*')
  @Documented({ summary: 'One entry of the list of models.', answer: MODEL_RECORD_SCHEMA })
  one(@Param('*') id: string, @Req() { access }: FastifyRequest): ModelRecord {
    const patterns = access?.client?.models ?? null;
    const record = id === '' ? null : this.list.find(id);
    if (record && (!patterns || patterns.allows(id) || mayUse(patterns, record))) return record;
    const message = `the model "${printable(id)}" does not exist; GET /v1/models lists what there is`;
    throw new DroverError('MODEL_NOT_FOUND', message);
  }
}

/** A key that names an alias may use its model, by that name. */
function mayUse(patterns: ModelPatterns, { id, meta }: ModelRecord): boolean {
  const { aliases = [], modelID } = (meta as { llamaswap: NamesOfModel }).llamaswap;
  return [String(id), modelID ?? '', ...aliases].some((name) => patterns.allows(name));
}

interface NamesOfModel {
  readonly aliases?: readonly string[];
  /** The model that an alias stands for. */
  readonly modelID?: string;
}
