import { Logger, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessModule } from '../access/access.module.js';
import { AuditLogModule } from '../audit/audit-log.module.js';
import { AccessLog } from './access-log.js';
import { AnsweredRequests } from './answered.requests.js';
import { ErrorFilter } from './error.filter.js';
import { ErrorResponder } from './error-responder.js';
import { JsonInterceptor } from './json.interceptor.js';
import { RequestFront } from './request-front.js';
import { RequestGate } from './request-gate.js';
import { RouteTable } from './route-table.js';

/** What all routes have in common: gate, errors, answers. */
@Module({
  imports: [AccessModule, AuditLogModule],
  providers: [
    { provide: Logger, useValue: new Logger('http') },
    AccessLog,
    AnsweredRequests,
    ErrorResponder,
    RequestFront,
    RequestGate,
    RouteTable,
    { provide: APP_FILTER, useClass: ErrorFilter },
    { provide: APP_INTERCEPTOR, useClass: JsonInterceptor },
  ],
  exports: [
    AccessModule,
    AccessLog,
    AnsweredRequests,
    ErrorResponder,
    RequestFront,
    RequestGate,
    RouteTable,
  ],
})
export class HttpModule {}
