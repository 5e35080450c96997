import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { DiscoveryRequest } from '../monitoring/control-body.js';
import { RegisteredServers } from '../monitoring/registered.servers.js';
import { Candidate } from './candidate.interface.js';
import { GgufFinder } from './gguf.finder.js';
import { RegisteredModels } from './registered.models.js';
import { ServerFinder } from './server.finder.js';

/** What a search has found, and what became of it. */
export interface Discovery {
  readonly candidates: readonly Candidate[];
  /** Names of those that were registered. */
  readonly registered: readonly string[];
  /** What was left out or could not be registered, and why. */
  readonly warnings: readonly string[];
}

/** Looks for GGUF files and running servers, and registers them where that is wanted. */
@Injectable()
export class DiscoveryService {
  private latest: readonly Candidate[] = [];

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly files: GgufFinder,
    private readonly running: ServerFinder,
    private readonly models: RegisteredModels,
    private readonly servers: RegisteredServers,
    private readonly config: ConfigStore,
  ) {}

  /** What the last search has found and is still no model. */
  discovered(): readonly Candidate[] {
    return this.latest.filter(({ modelName, known }) => !known && !this.isModel(modelName));
  }

  /** Searches. @throws DroverError PATH_NOT_ALLOWED, BAD_REQUEST */
  async find({ paths, addresses, isRegistering }: DiscoveryRequest): Promise<Discovery> {
    const [files, servers] = await Promise.all([
      this.files.find(paths),
      this.running.find(addresses),
    ]);
    const candidates = [...files.candidates, ...servers];
    this.latest = candidates;
    const registered: string[] = [];
    const warnings = [...files.warnings];
    for (const candidate of isRegistering ? candidates.filter(({ known }) => !known) : []) {
      const problem = await this.register(candidate);
      if (problem === null) registered.push(candidate.modelName);
      else warnings.push(`${candidate.modelName}: not registered, ${problem}`);
    }
    return { candidates, registered, warnings };
  }

  private isModel(name: string): boolean {
    return this.config.current.models.has(name) || this.servers.has(name);
  }

  private async register({ modelName, path, host, port }: Candidate): Promise<string | null> {
    try {
      if (path !== null) await this.models.add({ modelName, path, args: [], port: null });
      else
        this.servers.add({
          modelName,
          host: host!,
          port: port!,
          apiKey: null,
          engine: null,
          intervalMs: null,
        });
      return null;
    } catch (error) {
      if (error instanceof DroverError) return error.message;
      throw error;
    }
  }
}
