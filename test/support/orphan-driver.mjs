// A program that holds models as Drover does, for tests that kill it. It runs the built code.
// Argument: JSON array of model settings. Prints one JSON line with the guard's report when all are ready.
import 'reflect-metadata';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ConfigStore } from '#lib/config';
import { CLOCK, SystemClock } from '#lib/foundation';
import { MODEL_OUTPUT_SINK, OrphanGuard, ProcessModule, ProcessService } from '#lib/process';

const models = JSON.parse(process.argv[2]);
const current = { models: new Map(models.map((model) => [model.id, model])) };

class World {}
Module({
  providers: [
    { provide: CLOCK, useClass: SystemClock },
    { provide: EventEmitter2, useFactory: () => new EventEmitter2() },
    { provide: ConfigStore, useValue: { current } },
  ],
  exports: [CLOCK, EventEmitter2, ConfigStore],
})(World);
Global()(World);

class Driver {}
Module({
  imports: [
    World,
    ProcessModule.register({ providers: [{ provide: MODEL_OUTPUT_SINK, useValue: () => {} }] }),
  ],
})(Driver);

// Drover's timers keep no program alive; its listener does, which is missing here.
const held = setInterval(() => {}, 60_000);
const app = await NestFactory.createApplicationContext(Driver, { logger: false });
const service = app.get(ProcessService);
await Promise.all(models.map(({ id }) => service.get(id).ensureReady()));
process.once('SIGTERM', () => {
  clearInterval(held);
  void app.close();
});
process.stdout.write(`${JSON.stringify(app.get(OrphanGuard).report())}\n`);
