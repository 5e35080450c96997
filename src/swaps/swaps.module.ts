import { Module } from '@nestjs/common';
import { SwapsController } from './swaps.controller.js';

/** Swap decisions and what-if questions over HTTP; needs the engine. */
@Module({ controllers: [SwapsController] })
export class SwapsModule {}
