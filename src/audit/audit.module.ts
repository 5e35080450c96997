import { Module } from '@nestjs/common';
import { AuditLogModule } from './audit-log.module.js';
import { AuditController } from './audit.controller.js';
import { AuditWatcher } from './audit.watcher.js';

/** Writes down what operators do, and shows it. */
@Module({
  imports: [AuditLogModule],
  controllers: [AuditController],
  providers: [AuditWatcher],
})
export class AuditModule {}
