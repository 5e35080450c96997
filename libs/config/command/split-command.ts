import { joinCommandLines } from './command-lines.js';
import { splitPosix } from './split-posix.js';
import { splitWindows } from './split-windows.js';

/**
 * Splits a command into its arguments without a shell: no variables, globs or redirections.
 * Empty when the command is empty. Windows has its own rules of quoting.
 */
export function splitCommand(text: string, platform: NodeJS.Platform): string[] {
  const joined = joinCommandLines(text);
  return platform === 'win32' ? splitWindows(joined) : splitPosix(joined);
}
