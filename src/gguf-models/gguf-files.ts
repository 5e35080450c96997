import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseGgufShardFilename } from '@huggingface/gguf';
import { GgufFile } from './gguf-model.interface.js';

/** The GGUF files of a folder. */
export interface GgufListing {
  readonly files: readonly GgufFile[];
  /** What was left out and why. */
  readonly warnings: readonly string[];
}

interface Part {
  readonly path: string;
  readonly bytes: number;
  /** 1-based number of the part and how many there are; 1 of 1 for a whole file. */
  readonly number: number;
  readonly total: number;
}

/**
 * Lists the GGUF files of a folder and of the folders in it, ordered by path. Files named
 * `-00001-of-00003.gguf` are parts of one model; a model whose parts are not all there is left
 * out with a warning.
 * @throws the file system's error when the folder cannot be read
 */
export async function listGgufFiles(folder: string): Promise<GgufListing> {
  const groups = new Map<string, Part[]>();
  for (const path of await ggufPaths(folder)) {
    const shard = parseGgufShardFilename(path);
    const stem = shard ? shard.prefix : path.replace(/\.gguf$/i, '');
    const numbers = shard
      ? { number: Number(shard.shard), total: Number(shard.total) }
      : { number: 1, total: 1 };
    const { size: bytes } = await stat(path);
    groups.set(stem, [...(groups.get(stem) ?? []), { path, bytes, ...numbers }]);
  }
  const files: GgufFile[] = [];
  const warnings: string[] = [];
  for (const [stem, parts] of groups) {
    const missing = missingParts(parts);
    if (missing.length > 0) {
      warnings.push(
        `${stem}: left out, part ${missing.join(', ')} of ${parts[0]!.total} is missing`,
      );
    } else {
      files.push(joined(stem, parts));
    }
  }
  return { files, warnings };
}

async function ggufPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((entry) => /\.gguf$/i.test(entry))
    .toSorted()
    .map((entry) => join(folder, entry));
}

function missingParts(parts: readonly Part[]): number[] {
  const present = new Set(parts.map(({ number }) => number));
  const all = Array.from({ length: parts[0]!.total }, (_, at) => at + 1);
  return all.filter((number) => !present.has(number));
}

function joined(path: string, parts: readonly Part[]): GgufFile {
  const first = parts.toSorted((a, b) => a.number - b.number)[0]!;
  const stem = path.split(/[\\/]/).at(-1)!;
  return { path: first.path, stem, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
}
