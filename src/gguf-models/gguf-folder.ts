import { dirname, resolve } from 'node:path';
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
  const { models, warnings } = await readGgufPlaces([path]);
  if (models.length === 0) throw new GgufFolderError(emptyMessage(path, warnings));
  return { text: ggufConfigText(models, command), models, warnings };
}

/** The models of files that were looked at. */
export interface GgufFolderModels {
  readonly models: readonly GgufModel[];
  /** Files that were left out, and why. */
  readonly warnings: readonly string[];
}

/**
 * The models in folders, and of single files.
 * @throws GgufFolderError when one cannot be read
 */
export async function readGgufPlaces(places: readonly string[]): Promise<GgufFolderModels> {
  const listings = await Promise.all(places.map(list));
  const warnings = listings.flatMap((listing) => listing.warnings);
  const files = new Map(listings.flatMap((listing) => listing.files).map((f) => [f.path, f]));
  const read: ReadFile[] = [];
  for (const file of files.values()) {
    try {
      read.push({ file, header: await readGgufHeader(file.path) });
    } catch (error) {
      warnings.push(`${file.path}: left out, it is damaged: ${(error as Error).message}`);
    }
  }
  return { models: modelsFrom(read), warnings };
}

async function list(path: string): Promise<GgufListing> {
  try {
    return await (/\.gguf$/i.test(path) ? listSingleFile(path) : listGgufFiles(path));
  } catch (error) {
    throw new GgufFolderError(
      `the folder of models ${path} cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** One file of a folder, which tells whether it is a part of a split one. */
async function listSingleFile(path: string): Promise<GgufListing> {
  const { files } = await listGgufFiles(dirname(path), true);
  return { files: files.filter((file) => file.path === path), warnings: [] };
}

function emptyMessage(path: string, warnings: readonly string[]): string {
  const found = warnings.length > 0 ? `\n${warnings.join('\n')}` : '';
  return `${path} holds no GGUF model that could be served; put *.gguf files there.${found}`;
}
