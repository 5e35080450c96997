import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import type { GgufModel } from '../gguf-models/gguf-model.interface.js';
import { Candidate } from './candidate.interface.js';
import { ModelPaths } from './model-paths.js';

/** What was found in folders. */
export interface GgufFindings {
  readonly candidates: readonly Candidate[];
  /** Files that were left out, and why. */
  readonly warnings: readonly string[];
}

/** Finds GGUF files that could be served: of split files the first part, no projectors. */
@Injectable()
export class GgufFinder {
  constructor(
    private readonly paths: ModelPaths,
    private readonly config: ConfigStore,
  ) {}

  /**
   * Looks into folders, or at single files; without any into all folders of models.
   * @throws DroverError PATH_NOT_ALLOWED, BAD_REQUEST
   */
  async find(paths: readonly string[] | null): Promise<GgufFindings> {
    const places = paths
      ? await Promise.all(paths.map((path) => this.paths.allowed(path)))
      : await this.paths.roots();
    // Loaded late: the tables of the library behind it are large.
    const { readGgufPlaces } = await import('../gguf-models/gguf-folder.js');
    const { models, warnings } = await readGgufPlaces(places);
    const inside = await Promise.all(models.map((model) => this.isInside(model)));
    const served = this.servedPaths();
    const found = models.filter((_, at) => inside[at]);
    return {
      candidates: found.map((model) => this.candidate(model, served)),
      warnings: [
        ...warnings,
        ...models.filter((_, at) => !inside[at]).map(({ file }) => leftOut(file.path)),
      ],
    };
  }

  private candidate({ id, file }: GgufModel, served: readonly string[]): Candidate {
    const isServed = served.some((cmd) => cmd.includes(file.path));
    return {
      modelName: id,
      path: file.path,
      sizeBytes: file.bytes,
      engine: 'llama.cpp',
      host: null,
      port: null,
      known: isServed || this.config.current.models.has(id),
    };
  }

  /** A link inside a folder of models may lead out of it. */
  private async isInside({ file }: GgufModel): Promise<boolean> {
    return await this.paths.allowed(file.path).then(
      () => true,
      () => false,
    );
  }

  private servedPaths(): readonly string[] {
    return [...this.config.current.models.values()].map(({ cmd }) => cmd);
  }
}

function leftOut(path: string): string {
  return `${path}: left out, it leads out of the folders of models`;
}
