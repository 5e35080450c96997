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
 * Lists the GGUF files of a folder and, unless `isFlat`, of the folders in it, ordered by path.
 * Files named `-00001-of-00003.gguf` are parts of one model; a model whose parts are not all there
 * is left out with a warning, and so is what cannot be looked at: a folder of another user, a link
 * that leads nowhere.
 * @throws the file system's error when the folder itself cannot be read
 */
export async function listGgufFiles(folder: string, isFlat = false): Promise<GgufListing> {
  const warnings: string[] = [];
  const paths = await ggufPaths(folder, { isFlat, warnings });
  const groups = new Map<string, Part[]>();
  for (const path of paths.toSorted()) {
    const bytes = await fileSize(path, warnings);
    if (bytes === null) continue;
    const [stem, numbers] = shardOf(path);
    groups.set(stem, [...(groups.get(stem) ?? []), { path, bytes, ...numbers }]);
  }
  const files: GgufFile[] = [];
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

function shardOf(path: string): [stem: string, part: Pick<Part, 'number' | 'total'>] {
  const shard = parseGgufShardFilename(path);
  return shard
    ? [shard.prefix, { number: Number(shard.shard), total: Number(shard.total) }]
    : [path.replace(/\.gguf$/i, ''), { number: 1, total: 1 }];
}

interface Walk {
  readonly isFlat: boolean;
  readonly warnings: string[];
}

async function ggufPaths(folder: string, walk: Walk): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (/\.gguf$/i.test(entry.name)) paths.push(path);
    } else if (!walk.isFlat) {
      paths.push(...((await ggufPaths(path, walk).catch(leaveOut(path, walk.warnings))) ?? []));
    }
  }
  return paths;
}

async function fileSize(path: string, warnings: string[]): Promise<number | null> {
  const found = (await stat(path).catch(leaveOut(path, warnings))) ?? null;
  return found?.isFile() ? found.size : null;
}

function leaveOut(path: string, warnings: string[]): (error: Error) => void {
  return (error) => void warnings.push(`${path}: left out, cannot be read: ${error.message}`);
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
