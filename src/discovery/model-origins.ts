import { Injectable } from '@nestjs/common';
import type { ModelStatus } from '../monitoring/model-status.service.js';
import { Candidate } from './candidate.interface.js';
import { DiscoveryService } from './discovery.service.js';
import { RegisteredModels } from './registered.models.js';

/** A model with where it comes from. */
export interface ListedModel extends ModelStatus {
  readonly origin: 'configured' | 'registered';
}

/** The answer of `GET /api/v1/llama/models`. */
export interface ModelsBody {
  readonly models: readonly ListedModel[];
  /** What the last search has found and is no model yet. */
  readonly discovered: readonly Candidate[];
}

/** Tells where models come from. */
@Injectable()
export class ModelOrigins {
  constructor(
    private readonly registered: RegisteredModels,
    private readonly discovery: DiscoveryService,
  ) {}

  /** Models with their origins, and what else has been discovered. */
  all(models: readonly ModelStatus[]): ModelsBody {
    const listed = models.map((model): ListedModel => {
      const isConfigured = model.managed && !this.registered.has(model.modelName);
      return { ...model, origin: isConfigured ? 'configured' : 'registered' };
    });
    return { models: listed, discovered: this.discovery.discovered() };
  }
}
