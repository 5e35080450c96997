import { Controller, Get, Query } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { Documented } from '../openapi/documented.decorator.js';
import { AuditEntry } from './audit-entry.interface.js';
import { AuditLog } from './audit.log.js';
import { AUDIT_SCHEMA } from './audit.schemas.js';
import { parameter, WHOLE } from '../openapi/schemas.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Shows the audit log. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @Documented({
    summary: 'What operators have done and what was refused, newest first.',
    answer: AUDIT_SCHEMA,
    query: {
      limit: parameter('Most entries.', {
        ...WHOLE,
        minimum: 1,
        maximum: MAX_LIMIT,
        default: DEFAULT_LIMIT,
      }),
    },
  })
  latest(@Query('limit') text: unknown): { readonly entries: readonly AuditEntry[] } {
    const limit = text === undefined ? DEFAULT_LIMIT : Number(text);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      throw new DroverError('BAD_REQUEST', `limit must be between 1 and ${MAX_LIMIT}`);
    }
    return { entries: this.audit.latest(limit) };
  }
}
