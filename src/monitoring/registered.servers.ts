import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { EngineKind } from '#lib/monitor';
import { RouterService } from '#lib/router';
import { LlamaMetricsService } from './llama-metrics.service.js';

/** A server that somebody else runs, as it is registered for monitoring. */
export interface ServerRegistration {
  readonly modelName: string;
  readonly host: string;
  readonly port: number;
  readonly apiKey: string | null;
  /** What it is; null: to be found out. */
  readonly engine: EngineKind | null;
  readonly intervalMs: number | null;
}

/** Servers that are only watched: they were registered through the API and are not configured. */
@Injectable()
export class RegisteredServers {
  private readonly known = new Map<string, ServerRegistration>();

  constructor(
    private readonly config: ConfigStore,
    private readonly engines: LlamaMetricsService,
    private readonly router: RouterService,
  ) {}

  /** Names of all registered servers. */
  names(): readonly string[] {
    return [...this.known.keys()];
  }

  /** Whether a server has been registered under this name. */
  has(name: string): boolean {
    return this.known.has(name);
  }

  /** Begins to watch a server. @throws DroverError NAME_TAKEN when the name is taken. */
  add(server: ServerRegistration): void {
    const { modelName, host, port, apiKey, engine, intervalMs } = server;
    if (this.known.has(modelName) || this.router.resolve(modelName) !== null) {
      throw new DroverError('NAME_TAKEN', `there is a model called ${modelName} already`);
    }
    this.known.set(modelName, server);
    const address = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`);
    const target = { address, apiKey, engine, argv: [] };
    this.engines.registerModel(modelName, target, intervalMs ?? undefined);
  }

  /** Ends the watch over a server. @throws DroverError NAME_TAKEN for a configured model. */
  async remove(name: string): Promise<void> {
    if (this.config.current.models.has(name)) {
      throw new DroverError(
        'NAME_TAKEN',
        `${name} is configured: remove it from the configuration`,
      );
    }
    if (!this.known.delete(name)) throw new DroverError('MODEL_NOT_FOUND', 'model not found');
    await this.engines.unregisterModel(name);
  }
}
