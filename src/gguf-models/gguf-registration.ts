import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DroverError } from '#lib/foundation';
import { GgufModelOptions, ggufModelText } from './gguf-config.js';
import { listGgufFiles } from './gguf-files.js';
import { readGgufHeader } from './gguf-header.js';
import { GgufFile, GgufHeader } from './gguf-model.interface.js';
import { findLlamaServer, ProgramEnvironment } from './llama-server.js';

/** One file that is to be served under a name of its own. */
export interface GgufRegistration extends GgufModelOptions {
  readonly id: string;
  readonly path: string;
}

/**
 * Writes the part of a configuration that serves one GGUF file with llama-server.
 * @throws DroverError BAD_REQUEST for a file that cannot be served, or without llama-server
 */
export async function ggufFileText(
  { id, path, args, port }: GgufRegistration,
  env: ProgramEnvironment,
): Promise<string> {
  const command = findLlamaServer(env);
  if (command === null) throw bad('llama-server is not on PATH');
  const header = await readHeader(path);
  if (header.purpose === 'project') {
    throw bad(`${path} is a projector, which belongs to another model`);
  }
  const model = { id, header, file: await fileOf(path), projector: null };
  return ggufModelText(model, command, { args, port });
}

async function readHeader(path: string): Promise<GgufHeader> {
  try {
    return await readGgufHeader(path);
  } catch (error) {
    throw bad(`${path} has no readable GGUF header: ${(error as Error).message}`);
  }
}

/** With the parts of a split file; only its first part can be served. */
async function fileOf(path: string): Promise<GgufFile> {
  const { files, warnings } = await listGgufFiles(dirname(path));
  const found = files.find((file) => file.path === path);
  if (found) return found;
  const isPart = /-\d+-of-\d+\.gguf$/i.test(path);
  if (isPart) throw bad(warnings.join('; ') || `${path} is not the first part of a split file`);
  return { path, stem: basename(path).replace(/\.gguf$/i, ''), bytes: (await stat(path)).size };
}

function bad(message: string): DroverError {
  return new DroverError('BAD_REQUEST', message);
}
