import { readFile } from 'node:fs/promises';
import { ConfigLocation, isDanglingLink, listConfigFiles } from '../sources/config-files.js';
import { decodeText } from '../sources/decode-text.js';
import { fingerprintOf, FoundFile } from '../sources/fingerprint.js';

/**
 * Fingerprint of the files of a configuration as they are now, the same as {@link loadConfig} gives
 * for what it reads. Null when the `-config` file or the `-config-dir` directory is gone.
 */
export async function lookAtConfigFiles(location: ConfigLocation): Promise<string | null> {
  let files;
  try {
    files = listConfigFiles(location);
  } catch {
    return null;
  }
  const found: FoundFile[] = [];
  for (const { name, absolutePath } of files) {
    try {
      found.push({ name, text: decodeText(await readFile(absolutePath)) });
    } catch (error) {
      if (name === location.configPath && isMissing(error)) return null;
      if (!isDanglingLink(absolutePath)) found.push({ name, text: null });
    }
  }
  return fingerprintOf(found);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
