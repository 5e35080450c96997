import { Module } from '@nestjs/common';
import { Authenticator } from './authenticator.js';
import { JwtVerifier } from './jwt.verifier.js';
import { KeyUsage } from './key-usage.js';
import { ModelGate } from './model.gate.js';

/** Who may do what. */
@Module({
  providers: [JwtVerifier, Authenticator, KeyUsage, ModelGate],
  exports: [Authenticator, KeyUsage, ModelGate],
})
export class AccessModule {}
