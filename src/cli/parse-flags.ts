import { CliIo } from './cli-io.interface.js';
import { FlagSet } from './flag-set.js';

/**
 * Parses a command's arguments and answers for help and for mistakes.
 *
 * @returns The words behind the flags, or the exit status with which the command has to end: 0 after
 * a request for help, 2 after a mistake. In both cases the usage listing is on stderr.
 */
export function parseFlags(
  flags: FlagSet,
  args: readonly string[],
  io: CliIo,
): readonly string[] | number {
  const outcome = flags.parse(args);
  if (outcome.kind === 'parsed') return outcome.rest;
  if (outcome.kind === 'error') io.stderr.write(`${outcome.message}\n`);
  io.stderr.write(flags.usage());
  return outcome.kind === 'help' ? 0 : 2;
}
