import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigDiff, diffConfig, formatProblem, loadConfig, LoadResult } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { plannerCheck, schedulerCheck } from '../planner-check.js';
import { CliIo } from './cli-io.interface.js';
import { FlagSet } from './flag-set.js';
import { OpenPlugins, openPlugins } from './open-plugins.js';
import { parseFlags } from './parse-flags.js';

/**
 * `drover check`: reads a configuration and lists every problem as
 * `file:line:col key.path: what is wrong, what is allowed`. With `-json` a good configuration is
 * printed in comparable form; with `-diff OLD NEW` what a reload would do.
 *
 * @returns 0 for a good configuration, 1 for a bad one, 2 for wrong arguments.
 */
export async function runCheck(args: string[], io: CliIo): Promise<number> {
  const flags = new FlagSet('drover check [flags]');
  const help = { placeholder: 'path', help: 'One YAML configuration file.' };
  const config = flags.text('config', '', help);
  const configDir = flags.text('config-dir', '', {
    placeholder: 'path',
    help: 'Directory whose *.yml and *.yaml files are merged after the -config file.',
  });
  const json = flags.boolean('json', { help: 'Print a good configuration in comparable form.' });
  const diff = flags.boolean('diff', {
    help: 'Compare the two files (or directories) that follow and print what a reload would do.',
  });
  const rest = parseFlags(flags, args, io);
  if (typeof rest === 'number') return rest;
  if (diff.value) return rest.length === 2 ? compare(rest[0]!, rest[1]!, io) : misused(flags, io);
  if (rest.length > 0 || (!config.value && !configDir.value)) return misused(flags, io);
  const result = await check({ configPath: config.value, configDir: configDir.value }, io);
  report(result, io);
  if (result.config === null) return 1;
  if (json.value) io.stdout.write(`${JSON.stringify(result.normalForm?.(), null, 2)}\n`);
  else io.stdout.write(`${summary(result)}\n`);
  return 0;
}

function misused(flags: FlagSet, io: CliIo): number {
  io.stderr.write(`name a configuration, or two after -diff\n${flags.usage()}`);
  return 2;
}

interface Named {
  readonly configPath?: string;
  readonly configDir?: string;
  readonly previous?: LoadResult['config'];
}

/** Reads with the built-in plugins and, if the configuration lists packages, again with these. */
async function check(named: Named, io: CliIo): Promise<LoadResult> {
  const first = await readWith([], named, io);
  if (first.plugins.length === 0) return first;
  try {
    return await readWith(first.plugins, named, io);
  } catch (error) {
    if (!(error instanceof DroverError)) throw error;
    const place = { file: null, line: null, col: null };
    const problem = { ...place, path: 'plugins', message: error.message };
    return { ...first, config: null, problems: [...first.problems, problem], normalForm: null };
  }
}

async function readWith(
  packages: readonly string[],
  { configPath, configDir, previous }: Named,
  io: CliIo,
): Promise<LoadResult> {
  const plugins = await openPlugins(packages, io.cwd);
  try {
    return loadConfig({
      configPath,
      configDir,
      previous: previous ?? undefined,
      env: io.env,
      cwd: io.cwd,
      platform: process.platform,
      ...namesAndCheck(plugins),
    });
  } finally {
    await plugins.close();
  }
}

function namesAndCheck({ registry }: OpenPlugins) {
  return {
    checkPlanner: plannerCheck(registry),
    checkScheduler: schedulerCheck(registry),
    schedulers: registry.names('scheduler'),
  };
}

function report({ problems, warnings }: LoadResult, io: CliIo): void {
  for (const problem of problems) io.stderr.write(`${formatProblem(problem)}\n`);
  for (const warning of warnings) io.stderr.write(`warning: ${formatProblem(warning)}\n`);
}

function summary({ config, warnings }: LoadResult): string {
  const counts = `${config?.models.size} models, ${config?.peers.size} peers`;
  return `configuration is good: ${counts}, ${warnings.length} warnings`;
}

async function compare(before: string, after: string, io: CliIo): Promise<number> {
  const old = await check(fileOrFolder(before, io), io);
  const current = await check({ ...fileOrFolder(after, io), previous: old.config }, io);
  for (const result of [old, current]) report(result, io);
  if (old.config === null || current.config === null) return 1;
  io.stdout.write(describe(diffConfig(old.config, current.config)));
  return 0;
}

function fileOrFolder(path: string, { cwd }: CliIo): Named {
  const stat = statSync(resolve(cwd, path), { throwIfNoEntry: false });
  return stat?.isDirectory() ? { configDir: path } : { configPath: path };
}

/** One line for each thing that a reload would do. */
function describe(diff: ConfigDiff): string {
  if (diff.isEmpty) return 'nothing to do: both mean the same\n';
  const keys = (id: string): string => diff.changedKeys.get(id)?.join(', ') ?? '';
  const lines = [
    ...diff.restarted.map((id) => `restart ${id}: ${keys(id)}`),
    ...diff.updated.map((id) => `apply in place ${id}: ${keys(id)}`),
    ...diff.removed.map((id) => `stop ${id}`),
    ...diff.added.map((id) => `add ${id}`),
    ...diff.settings.map((key) => `apply ${key}`),
    ...diff.needsRestart.map((key) => `needs a restart of Drover: ${key}`),
    ...diff.preload.map((id) => `preload ${id}`),
    ...diff.unchanged.map((id) => `keep ${id}`),
  ];
  return `${lines.join('\n')}\n`;
}
