import { Module } from '@nestjs/common';
import { LogsController } from './logs.controller.js';

/** The log routes. */
@Module({ controllers: [LogsController] })
export class LogsModule {}
