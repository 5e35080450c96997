import { Command, CliIo } from './cli-io.interface.js';
import { mainUsage } from './dispatch.js';
import { mainFlagSet, MainFlags } from './main-flags.js';
import { serveOptions, ServeOptions } from './serve-options.js';
import { keepHeapYoung } from './young-heap.js';
import { StructuredLine, structuredLineOf } from './structured-line.js';
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
  const given = read();
  if (given.version) {
    io.stdout.write(`${versionLine(readBuildInfo())}\n`);
    return 0;
  }
  const line = structuredLineOf(given.logFormat);
  if (outcome.rest.length > 0) io.stderr.write(strayWords(outcome.rest, line));
  try {
    return await runWith(given, io);
  } catch (error) {
    io.stderr.write(line('ERROR', (error as Error).message));
    return 1;
  }
};

async function runWith(given: MainFlags, io: CliIo): Promise<number> {
  const options = serveOptions(given, io.env);
  if (given.validate) return validate(options, io);
  const started = keepHeapYoung();
  // Loaded late: Nest and everything else take longer than all of the above.
  const { serve } = await import('./serve.js');
  return serve(options, io, started);
}

async function validate(options: ServeOptions, io: CliIo): Promise<number> {
  const { configPath, configDir, modelsDir } = options;
  if (modelsDir !== null) return validateFolder(options, io);
  const { runCheck } = await import('./check.command.js');
  const path = configPath === null ? [] : [`-config=${configPath}`];
  const dir = configDir === null ? [] : [`-config-dir=${configDir}`];
  return runCheck([...path, ...dir], io);
}

/** Opening the folder tells what is wrong with it by throwing. */
async function validateFolder(options: ServeOptions, io: CliIo): Promise<number> {
  const { openConfig } = await import('./open-config.js');
  const { store, warnings, close } = await openConfig(options, io);
  await close();
  for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
  io.stdout.write(`configuration is good: ${store.current.models.size} models\n`);
  return 0;
}

function strayWords(words: readonly string[], line: StructuredLine): string {
  const advice = words[0] === 'false' ? '; a boolean flag is switched off with -flag=false' : '';
  const message = `words behind the flags are ignored, with everything that follows them${advice}`;
  return line('WARN', message, { words: words.join(' ') });
}
