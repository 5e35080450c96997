import { CliIo } from './cli-io.interface.js';
import { COMMANDS } from './commands.js';
import { completionScript, Shell, SHELLS } from './completion-script.js';
import { FlagSet } from './flag-set.js';
import { parseFlags } from './parse-flags.js';
import { programUsage } from './usage-text.js';

/**
 * `drover completion bash|zsh|fish`: prints the script with which a shell completes what comes
 * behind `drover`.
 *
 * @returns 0, or 2 for wrong arguments.
 */
export async function runCompletion(args: string[], io: CliIo): Promise<number> {
  const flags = new FlagSet(`drover completion [flags] ${SHELLS.join('|')}`);
  const rest = parseFlags(flags, args, io);
  if (typeof rest === 'number') return rest;
  const shell = SHELLS.find((name) => name === rest[0]);
  if (!shell || rest.length > 1) {
    io.stderr.write(`name one shell: ${SHELLS.join(', ')}\n${flags.usage()}`);
    return 2;
  }
  io.stdout.write(await script(shell));
  return 0;
}

async function script(shell: Shell): Promise<string> {
  return completionScript(shell, await programUsage(COMMANDS));
}
