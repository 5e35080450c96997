import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Environment that programs are looked up in. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Finds llama-server.
 * @returns its path, or null when no folder of PATH holds an executable of that name
 */
export function findLlamaServer(env: ProgramEnvironment): string | null {
  const name = process.platform === 'win32' ? 'llama-server.exe' : 'llama-server';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
