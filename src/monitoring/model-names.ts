import { Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { RouterService } from '#lib/router';
import { RegisteredServers } from './registered.servers.js';

/** What the names in the control API mean. */
@Injectable()
export class ModelNames {
  constructor(
    private readonly router: RouterService,
    private readonly registered: RegisteredServers,
  ) {}

  /** The model that a name or alias means, or a registered server. @throws DroverError MODEL_NOT_FOUND */
  known(name: string): string {
    return this.registered.has(name) ? name : this.local(name);
  }

  /** The configured model that a name or alias means. @throws DroverError MODEL_NOT_FOUND */
  local(name: string): string {
    const resolved = this.router.resolve(name);
    if (resolved?.kind === 'local') return resolved.model;
    throw new DroverError('MODEL_NOT_FOUND', 'model not found');
  }
}
