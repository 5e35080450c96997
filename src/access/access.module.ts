import { Module } from '@nestjs/common';
import { Authenticator } from './authenticator.js';
import { JwtVerifier } from './jwt.verifier.js';
import { KeyUsage } from './key-usage.js';
import { AuditLogModule } from '../audit/audit-log.module.js';
import { ClientGate } from './client.gate.js';

/** Who may do what. */
@Module({
  imports: [AuditLogModule],
  providers: [JwtVerifier, Authenticator, KeyUsage, ClientGate],
  exports: [Authenticator, KeyUsage, ClientGate],
})
export class AccessModule {}
