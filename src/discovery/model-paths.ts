import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { modelFolders } from '../performance/model-disks.js';

/** Decides which files and folders may be looked at: those inside the folders of models. */
@Injectable()
export class ModelPaths {
  constructor(private readonly config: ConfigStore) {}

  /** The folders of models that exist, by their real paths. */
  async roots(): Promise<readonly string[]> {
    const folders = modelFolders(this.config.current, process.platform);
    const paths = await Promise.all(folders.map((folder) => realPath(resolve(folder))));
    return [...new Set(paths.filter((path) => path !== null))];
  }

  /**
   * The absolute path of a file or folder that lies inside the folders of models, links followed.
   *
   * @throws DroverError PATH_NOT_ALLOWED, whether it exists or not, so that the answer tells nothing
   * about the rest of the machine; BAD_REQUEST for a path inside that does not exist.
   */
  async allowed(path: string): Promise<string> {
    const roots = await this.roots();
    const found = await realPath(resolve(path));
    if (found !== null && roots.some((root) => isInside(found, root))) return resolve(path);
    if (found === null && roots.some((root) => isInside(resolve(path), root))) {
      throw new DroverError('BAD_REQUEST', `${path} does not exist`);
    }
    throw new DroverError(
      'PATH_NOT_ALLOWED',
      `${path} lies outside of the folders of models; list its folder under monitoring.modelDirectories`,
    );
  }

  /** As {@link allowed}, for a GGUF file. @throws DroverError likewise. */
  async allowedFile(path: string): Promise<string> {
    const found = await this.allowed(path);
    const isFile = (await stat(found)).isFile() && /\.gguf$/i.test(path);
    if (isFile) return found;
    throw new DroverError('BAD_REQUEST', `${path} is no GGUF file`);
  }
}

/** Whether a path is a folder itself or lies in it. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function realPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
}
