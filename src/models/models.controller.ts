import { Controller, Get, Param } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
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
  all(): { object: 'list'; data: ModelRecord[] } {
    return { object: 'list', data: this.list.all() };
  }

  @Get('v1/models/*')
  @Documented({ summary: 'One entry of the list of models.', answer: MODEL_RECORD_SCHEMA })
  one(@Param('*') id: string): ModelRecord {
    const record = id === '' ? null : this.list.find(id);
    if (record) return record;
    const message = `the model "${printable(id)}" does not exist; GET /v1/models lists what there is`;
    throw new DroverError('MODEL_NOT_FOUND', message);
  }
}
