import { Module } from '@nestjs/common';
import { HealthBoard } from './health.board.js';

/** What probes are answered from, for those who answer and those who report. */
@Module({ providers: [HealthBoard], exports: [HealthBoard] })
export class HealthBoardModule {}
