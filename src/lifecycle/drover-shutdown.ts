import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CLOCK, Clock, DroverError } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { OrphanGuard, ProcessService } from '#lib/process';
import { RouterService } from '#lib/router';
import { ManagementServer } from '../health/management.server.js';
import { InflightRegistry } from '../inflight/inflight.registry.js';
import { ReloadService } from '../reload/reload.service.js';
import { cutConnections, drainServer } from './drain-server.js';
import { ShutdownSteps } from './shutdown-steps.interface.js';

/** What ends besides the application itself. */
export interface ShutdownParts {
  /** Turns the readiness route to 503, and tells connections to be the last. */
  readonly draining: AbortController;
  /** Ends the endless streams. */
  readonly closing: AbortController;
  /** Ends the watching of the configuration. */
  readonly stopWatching: () => void;
}

/** The steps of the shutdown of a whole Drover. */
export class DroverShutdown implements ShutdownSteps {
  constructor(
    private readonly app: NestFastifyApplication,
    private readonly parts: ShutdownParts,
  ) {}

  stopTriggers(): void {
    this.parts.stopWatching();
    this.app.get(ReloadService).close();
    this.app.get(RouterService).drain();
    this.parts.draining.abort();
  }

  closeStreams(): void {
    this.parts.closing.abort();
    this.app.get(LogService).close();
  }

  drain(signal: AbortSignal): Promise<void> {
    const fastify = this.app.getHttpAdapter().getInstance();
    return drainServer(fastify, this.app.get<Clock>(CLOCK), signal);
  }

  endRequests(): void {
    this.app.get(InflightRegistry).endForwarded(shuttingDown());
  }

  async stopModels(budgetMs: number): Promise<void> {
    await this.app.get(RouterService).shutdown(budgetMs);
    await this.app.get(ProcessService).stopAll(budgetMs);
  }

  async closeStores(): Promise<void> {
    cutConnections(this.app.getHttpAdapter().getInstance().server);
    this.app.get(ManagementServer).close();
    await this.app.close();
  }

  killModels(): void {
    this.app.get(OrphanGuard).killAll();
  }
}

function shuttingDown(): DroverError {
  return new DroverError('SHUTTING_DOWN', 'Drover is shutting down: the answer is incomplete');
}
