import { Module } from '@nestjs/common';
import { AuditLog } from './audit.log.js';

/** The audit log itself, for those who write into it. */
@Module({ providers: [AuditLog], exports: [AuditLog] })
export class AuditLogModule {}
