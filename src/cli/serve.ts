import { CliIo } from './cli-io.interface.js';
import { DroverServer, ServerStart, startServer } from './drover-server.js';
import { ConfigFailure, OpenedConfig, openConfig } from './open-config.js';
import { ServeOptions } from './serve-options.js';
import { structuredLineOf } from './structured-line.js';
import { supervise } from './supervise.js';

/**
 * Starts the server and runs it until a signal ends it. A start that fails is told on stderr, one
 * structured line for each problem.
 *
 * @param started Called when the server listens.
 * @returns The exit status.
 */
export async function serve(
  options: ServeOptions,
  io: CliIo,
  started: () => void,
): Promise<number> {
  const config = await tryOpen(options, io);
  if (config === null) return 1;
  try {
    const start = { options, config, io };
    const server = await tryStart(start);
    if (server === null) return 1;
    config.hurry();
    started();
    return await supervise(server, start);
  } finally {
    await config.close();
  }
}

async function tryOpen(options: ServeOptions, io: CliIo): Promise<OpenedConfig | null> {
  try {
    return await openConfig(options, io, true);
  } catch (error) {
    const { configPath, configDir, modelsDir } = options;
    const problems = error instanceof ConfigFailure ? error.problems : [textOf(error)];
    const named = {
      config: configPath ?? undefined,
      'config-dir': configDir ?? undefined,
      models: modelsDir ?? undefined,
    };
    const line = structuredLineOf(options.logFormat);
    for (const problem of problems) {
      const values = { ...named, error: problem };
      io.stderr.write(line('ERROR', 'cannot load the configuration', values));
    }
    return null;
  }
}

async function tryStart(start: ServerStart): Promise<DroverServer | null> {
  try {
    return await startServer(start);
  } catch (error) {
    const { listen, logFormat } = start.options;
    const line = structuredLineOf(logFormat);
    start.io.stderr.write(line('ERROR', 'cannot start', { error: textOf(error), listen }));
    return null;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
