import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where a program was found, or why it cannot be started. */
export type Executable =
  | { readonly path: string }
  | { readonly problem: 'program not found' | 'permission denied' | 'is a directory' };

/**
 * Finds a program as `execvp` would: names without a slash in `searchPath`, others as they are,
 * relative to the working directory. The first one that may be executed counts.
 */
export async function findExecutable(name: string, searchPath: string): Promise<Executable> {
  if (name.includes('/')) return judge(name);
  let found: Executable = { problem: 'program not found' };
  for (const folder of searchPath.split(delimiter).filter((entry) => entry !== '')) {
    const candidate = await judge(join(folder, name));
    if ('path' in candidate) return candidate;
    if (candidate.problem === 'permission denied') found = candidate;
  }
  return found;
}

async function judge(path: string): Promise<Executable> {
  try {
    if ((await stat(path)).isDirectory()) return { problem: 'is a directory' };
  } catch (error) {
    const denied = (error as NodeJS.ErrnoException).code === 'EACCES';
    return { problem: denied ? 'permission denied' : 'program not found' };
  }
  return access(path, constants.X_OK).then(
    () => ({ path }),
    () => ({ problem: 'permission denied' }),
  );
}
