import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger } from '#lib/logs';
import { AppOptions } from './app-options.interface.js';
import { EngineOptions } from './composition/engine-options.interface.js';
import { GroundModule } from './composition/ground.module.js';
import { createHttpApp } from './create-app.js';
import { DEFAULT_SERVER_LIMITS } from './http/server-limits.interface.js';

/** Builds all of Drover, ready to listen; nothing is loaded yet. */
export function createDrover(
  options: AppOptions,
  engine: EngineOptions,
): Promise<NestFastifyApplication> {
  const { bodyLimitBytes, serverLimits } = engine.store.current;
  return createHttpApp({
    ground: GroundModule.with(options, engine),
    limits: { ...DEFAULT_SERVER_LIMITS, ...serverLimits, bodyBytes: bodyLimitBytes },
    tls: options.tls,
    logger: new NestLogger(options.logs),
  });
}
