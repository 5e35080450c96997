import { DroverError } from '#lib/foundation';
import { CliIo } from './cli-io.interface.js';
import { FlagSet } from './flag-set.js';
import { ConfigFailure, openConfig } from './open-config.js';
import { openPlugins } from './open-plugins.js';
import { parseFlags } from './parse-flags.js';
import { readBuildInfo } from './version.js';

/** Part of Drover itself and no plugin, but named and chosen like one. */
const LOCAL_RUNTIME = { kind: 'process-runtime', name: 'local' };

interface PluginLine {
  readonly kind: string;
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly file: string;
}

/**
 * `drover plugins`: lists every plugin that would be loaded, with the version of its package and the
 * file that it comes from; with a configuration also those of its packages.
 *
 * @returns 0 with a list, 1 for a configuration or a package that is no good, 2 for wrong arguments.
 */
export async function runPlugins(args: string[], io: CliIo): Promise<number> {
  const flags = new FlagSet('drover plugins [flags]');
  const path = (name: string, help: string) => flags.text(name, '', { help, placeholder: 'path' });
  const config = path('config', 'Configuration whose packages are listed too.');
  const configDir = path('config-dir', 'Directory whose *.yml and *.yaml files are merged.');
  const json = flags.boolean('json', { help: 'Print the list as JSON.' });
  const rest = parseFlags(flags, args, io);
  if (typeof rest === 'number') return rest;
  if (rest.length > 0) {
    io.stderr.write(`what does "${rest[0]}" mean?\n${flags.usage()}`);
    return 2;
  }
  try {
    const packages = await packagesOf(config.value, configDir.value, io);
    const lines = await list(packages, io);
    io.stdout.write(json.value ? `${JSON.stringify(lines)}\n` : table(lines));
    return 0;
  } catch (error) {
    if (error instanceof ConfigFailure) io.stderr.write(`${error.problems.join('\n')}\n`);
    else if (error instanceof DroverError) io.stderr.write(`${error.code}: ${error.message}\n`);
    else throw error;
    return 1;
  }
}

async function packagesOf(
  configPath: string,
  configDir: string,
  io: CliIo,
): Promise<readonly string[]> {
  if (!configPath && !configDir) return [];
  const files = { configPath: configPath || null, configDir: configDir || null };
  const opened = await openConfig({ ...files, modelsDir: null }, io);
  const { plugins } = opened.store.current;
  await opened.close();
  return plugins;
}

async function list(names: readonly string[], io: CliIo): Promise<PluginLine[]> {
  const plugins = await openPlugins(names, io.cwd);
  try {
    const own = { package: 'drover', version: readBuildInfo().version, file: 'built in' };
    const lines = plugins.registry.list().map(({ kind, name, instance }) => {
      const from = plugins.packages.find(({ classes }) =>
        classes.some((type) => type === instance.constructor),
      );
      if (!from) return { kind, name, ...own };
      return { kind, name, package: from.name, version: from.version, file: from.file };
    });
    return [...lines, { ...LOCAL_RUNTIME, ...own }];
  } finally {
    await plugins.close();
  }
}

function table(lines: readonly PluginLine[]): string {
  const rows = lines.map(({ kind, name, package: from, version, file }) => [
    kind,
    name,
    `${from} ${version}`,
    file,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const text = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${text.join('\n')}\n`;
}
