import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { RouterService } from '#lib/router';
import { RegisteredServers } from '../monitoring/registered.servers.js';
import { ReloadService } from '../reload/reload.service.js';
import { ModelPaths } from './model-paths.js';

/** A GGUF file that is to become a model which can be started. */
export interface ModelRegistration {
  readonly modelName: string;
  readonly path: string;
  readonly args: readonly string[];
  /** Port of its server; null for one that Drover chooses. */
  readonly port: number | null;
}

/**
 * Models that were registered through the API: they are added to the configuration as if they stood
 * in a file of it, until they are removed or Drover ends. What stands in files comes first.
 */
@Injectable()
export class RegisteredModels {
  private readonly texts = new Map<string, string>();

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly router: RouterService,
    private readonly reloads: ReloadService,
    private readonly servers: RegisteredServers,
    private readonly paths: ModelPaths,
  ) {}

  /** Whether a startable model has been registered under this name and is in force. */
  has(name: string): boolean {
    return this.texts.has(name) && this.config.current.models.has(name);
  }

  /**
   * Adds a model; resolves when it can be started.
   * @throws DroverError NAME_TAKEN, PATH_NOT_ALLOWED, BAD_REQUEST
   */
  async add(registration: ModelRegistration): Promise<void> {
    const { modelName } = registration;
    this.checkName(modelName);
    const text = await this.textOf(registration);
    // Another registration may have taken the name meanwhile.
    this.checkName(modelName);
    this.texts.set(modelName, text);
    const { problems, warnings } = await this.apply();
    if (this.config.current.models.has(modelName)) return;
    this.texts.delete(modelName);
    this.publish();
    const reason = [...problems, ...warnings].find((line) => line.includes(modelName));
    throw new DroverError('BAD_REQUEST', `${modelName} cannot be added: ${reason ?? problems[0]}`);
  }

  /** Removes a model; it finishes what it answers. False: there is none of this name. */
  async remove(name: string): Promise<boolean> {
    if (!this.texts.delete(name)) return false;
    await this.apply();
    return true;
  }

  private checkName(name: string): void {
    const isTaken = this.texts.has(name) || this.servers.has(name);
    if (!isTaken && this.router.resolve(name) === null) return;
    throw new DroverError('NAME_TAKEN', `there is a model called ${name} already`);
  }

  private async textOf({ modelName, path, args, port }: ModelRegistration): Promise<string> {
    const file = await this.paths.allowedFile(path);
    // Loaded late: the tables of the library behind it are large.
    const { ggufFileText } = await import('../gguf-models/gguf-registration.js');
    return await ggufFileText({ id: modelName, path: file, args, port }, process.env);
  }

  private publish(): void {
    const named = [...this.texts].map(([name, text]) => ({ name: `registered ${name}`, text }));
    this.config.setAdditions(named);
  }

  private async apply() {
    this.publish();
    return await this.reloads.reload('api');
  }
}
