import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DroverError } from '#lib/foundation';
import { PlannerPlugin, PluginConfigError, SchedulerPlugin } from '#lib/plugin-api';
import { readTraces, simulate, Trace } from '#lib/router';
import { CliIo } from './cli-io.interface.js';
import { FlagSet } from './flag-set.js';
import { openPlugins, OpenPlugins } from './open-plugins.js';
import { parseFlags } from './parse-flags.js';

/** What {@link runSimulate} was asked for. */
interface SimulateOptions {
  readonly scheduler: string;
  /** Empty: the planner of each trace. */
  readonly planner: string;
  readonly plugins: readonly string[];
}

/**
 * `drover simulate FILE…`: replays routing traces (JSON, or one JSON document per line) under a
 * virtual clock and prints one JSON line each: `{id, timeline, outcomes, final, summary}`.
 *
 * @returns 0 when all were replayed, 1 when a file or a trace was no good, 2 for wrong arguments.
 */
export async function runSimulate(args: string[], io: CliIo): Promise<number> {
  const flags = new FlagSet('drover simulate [flags] FILE...');
  const scheduler = flags.text('scheduler', 'fifo', { help: 'Scheduler plugin that decides.' });
  const planner = flags.text('planner', '', {
    help: 'Planner plugin; without it each trace is planned by the one it names.',
  });
  const plugins = flags.text('plugins', '', {
    help: 'Plugin packages to load, separated by commas.',
  });
  const files = filesAmong(flags, args, io);
  if (typeof files === 'number') return files;
  if (files.length === 0) {
    io.stderr.write(`no trace file given\n${flags.usage()}`);
    return 2;
  }
  const packages = plugins.value.split(',').filter((name) => name !== '');
  const options = { scheduler: scheduler.value, planner: planner.value, plugins: packages };
  try {
    return await replayFiles(files, options, io);
  } catch (error) {
    if (!(error instanceof DroverError)) throw error;
    io.stderr.write(`${error.code}: ${error.message}\n`);
    return 1;
  }
}

/** The words that are no flags; flags may stand before, between and behind them. */
function filesAmong(flags: FlagSet, args: string[], io: CliIo): string[] | number {
  const files: string[] = [];
  for (let rest: readonly string[] | number = args; ;) {
    rest = parseFlags(flags, rest, io);
    if (typeof rest === 'number') return rest;
    const [file, ...following] = rest;
    if (file === undefined) return files;
    files.push(file);
    rest = following;
  }
}

async function replayFiles(
  files: readonly string[],
  options: SimulateOptions,
  io: CliIo,
): Promise<number> {
  const plugins = await openPlugins(options.plugins, io.cwd);
  try {
    let failures = 0;
    for (const file of files) {
      try {
        const traces = readTraces(await readFile(resolve(io.cwd, file), 'utf8'), file);
        for (const trace of traces) io.stdout.write(`${replay(trace, options, plugins)}\n`);
      } catch (error) {
        if (error instanceof DroverError) throw error;
        failures++;
        io.stderr.write(`${describe(error, file)}\n`);
      }
    }
    return failures > 0 ? 1 : 0;
  } finally {
    await plugins.close();
  }
}

function replay(trace: Trace, options: SimulateOptions, { registry }: OpenPlugins): string {
  const own = trace.config.router;
  const planner: PlannerPlugin = registry.get('planner', options.planner || own);
  const scheduler: SchedulerPlugin = registry.get('scheduler', options.scheduler);
  const plannerSettings = options.planner && options.planner !== own ? {} : undefined;
  return JSON.stringify(simulate(trace, { planner, scheduler, plannerSettings, internals: true }));
}

function describe(error: unknown, file: string): string {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof PluginConfigError) return `${file}: ${text}`;
  return text.includes(file) ? text : `${file}: ${text}`;
}
