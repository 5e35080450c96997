import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DroverConfig, splitCommand } from '#lib/config';
import { DiskSpace } from '#lib/monitor';

/** Flags of inference servers that name a file or folder of a model. */
const FLAGS = new Set(['-m', '--model', '--model-path', '--download-dir', '--models-dir']);

/** Folders that the models' commands name and those that are configured, without repetition. */
export function modelFolders(config: DroverConfig, platform: NodeJS.Platform): readonly string[] {
  const folders = new Set(config.monitoring.modelDirectories);
  for (const { cmd } of config.models.values()) {
    for (const path of pathsOf(cmd, platform)) folders.add(dirname(path));
  }
  return [...folders];
}

/** Space of the file systems behind the folders; what cannot be asked is left out. */
export async function diskSpaces(folders: readonly string[]): Promise<readonly DiskSpace[]> {
  const answers = await Promise.allSettled(
    folders.map(async (path) => {
      const { bsize, blocks, bavail } = await statfs(path);
      return { path, totalBytes: bsize * blocks, freeBytes: bsize * bavail };
    }),
  );
  return answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
}

function pathsOf(cmd: string, platform: NodeJS.Platform): readonly string[] {
  let argv: readonly string[];
  try {
    argv = splitCommand(cmd, platform);
  } catch {
    return [];
  }
  return argv.flatMap((argument, index) => {
    const [flag, joined] = argument.split('=', 2) as [string, string | undefined];
    const path = FLAGS.has(flag) ? (joined ?? argv[index + 1]) : undefined;
    return path?.startsWith('/') ? [path] : [];
  });
}
