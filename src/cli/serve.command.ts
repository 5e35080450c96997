import { Command } from './cli-io.interface.js';
import { mainUsage } from './dispatch.js';
import { mainFlagSet, MainFlags } from './main-flags.js';
import { serveOptions } from './serve-options.js';
import { structuredLine } from './structured-line.js';
import { readBuildInfo, versionLine } from './version.js';

/** `drover` without a sub-command: runs the server until a signal ends it. */
export const runServe: Command = async (args, io) => {
  const { flags, read } = mainFlagSet();
  const outcome = flags.parse(args);
  if (outcome.kind !== 'parsed') {
    if (outcome.kind === 'error') io.stderr.write(`${outcome.message}\n`);
    io.stderr.write(mainUsage());
    return outcome.kind === 'help' ? 0 : 2;
  }
  const given: MainFlags = read();
  if (given.version) {
    io.stdout.write(`${versionLine(readBuildInfo())}\n`);
    return 0;
  }
  if (outcome.rest.length > 0) {
    const words = outcome.rest.join(' ');
    io.stderr.write(structuredLine('WARN', strayWords(outcome.rest), { words }));
  }
  try {
    serveOptions(given, io.env);
  } catch (error) {
    io.stderr.write(structuredLine('ERROR', (error as Error).message));
    return 1;
  }
  return 0;
};

function strayWords(words: readonly string[]): string {
  const advice = words[0] === 'false' ? '; a boolean flag is switched off with -flag=false' : '';
  return `words behind the flags are ignored, with everything that follows them${advice}`;
}
