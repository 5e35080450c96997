import { resolve } from 'node:path';
import { ggufConfigText } from './gguf-config.js';
import { listGgufFiles, GgufListing } from './gguf-files.js';
import { GgufFolderError } from './gguf-folder.error.js';
import { readGgufHeader } from './gguf-header.js';
import { GgufModel } from './gguf-model.interface.js';
import { modelsFrom, ReadFile } from './gguf-models.js';
import { findLlamaServer, ProgramEnvironment } from './llama-server.js';

/** Where to look for llama-server and what relative paths refer to. */
export interface GgufFolderOptions {
  readonly env: ProgramEnvironment;
  readonly cwd: string;
}

/** A configuration made from a folder of models. */
export interface GgufFolderConfig {
  /** YAML, to be loaded like a file. */
  readonly text: string;
  readonly models: readonly GgufModel[];
  /** Files that were left out, and why. */
  readonly warnings: readonly string[];
}

/**
 * Makes a configuration that serves every GGUF model of a folder with llama-server: one model per
 * file, split files put together, projectors given to the models that they belong to.
 * @throws GgufFolderError when llama-server is missing or the folder has no usable model
 */
export async function configFromGgufFolder(
  folder: string,
  { env, cwd }: GgufFolderOptions,
): Promise<GgufFolderConfig> {
  const path = resolve(cwd, folder);
  const command = findLlamaServer(env);
  if (command === null) {
    throw new GgufFolderError(
      'llama-server is not on PATH, and -models needs it to run the models. Install llama.cpp ' +
        '(https://github.com/ggml-org/llama.cpp), or name other commands in a file with -config.',
    );
  }
  const listing = await list(path);
  const warnings = [...listing.warnings];
  const read: ReadFile[] = [];
  for (const file of listing.files) {
    try {
      read.push({ file, header: await readGgufHeader(file.path) });
    } catch (error) {
      warnings.push(`${file.path}: left out, its header is damaged: ${(error as Error).message}`);
    }
  }
  const models = modelsFrom(read);
  if (models.length === 0) throw new GgufFolderError(emptyMessage(path, warnings));
  return { text: ggufConfigText(models, command), models, warnings };
}

async function list(path: string): Promise<GgufListing> {
  try {
    return await listGgufFiles(path);
  } catch (error) {
    throw new GgufFolderError(
      `the folder of models ${path} cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function emptyMessage(path: string, warnings: readonly string[]): string {
  const found = warnings.length > 0 ? `\n${warnings.join('\n')}` : '';
  return `${path} holds no GGUF model that could be served; put *.gguf files there.${found}`;
}
