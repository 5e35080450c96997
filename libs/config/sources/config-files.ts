import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compareBytes } from '../yaml/compare-bytes.js';
import { decodeText } from './decode-text.js';
import { ProblemList } from './problem-list.js';
import { fingerprintOf, FoundFile } from './fingerprint.js';
import { SourceText } from './source-text.js';

/** Where the configuration lies. Relative paths are relative to `cwd`. */
export interface ConfigLocation {
  /** One YAML file. */
  readonly configPath?: string;
  /** Directory whose `*.yml` and `*.yaml` files are merged after `configPath`. */
  readonly configDir?: string;
  readonly cwd: string;
}

/** A configuration file as the user would name it. */
export interface ConfigFile {
  readonly name: string;
  readonly absolutePath: string;
}

/**
 * The files of a configuration in the order of merging: `configPath`, then the directory's files by
 * bytes of their names. Throws what the file system throws when the directory cannot be read.
 */
export function listConfigFiles({ configPath, configDir, cwd }: ConfigLocation): ConfigFile[] {
  const files: ConfigFile[] = [];
  if (configPath) files.push({ name: configPath, absolutePath: resolve(cwd, configPath) });
  if (!configDir) return files;
  const directory = resolve(cwd, configDir);
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map((entry) => entry.name);
  for (const name of names.toSorted(compareBytes)) {
    files.push({ name: join(configDir, name), absolutePath: join(directory, name) });
  }
  return files;
}

/** The files of a configuration as they were read. */
export interface ReadFiles {
  readonly sources: readonly SourceText[];
  /** Of everything that was found, see {@link fingerprintOf}. */
  readonly fingerprint: string;
}

/** Reads every file; what cannot be read is reported. */
export function readConfigFiles(location: ConfigLocation, problems: ProblemList): ReadFiles {
  const sources: SourceText[] = [];
  const found: FoundFile[] = [];
  listOrReport(location, problems).forEach(({ name, absolutePath }, order) => {
    try {
      const text = decodeText(readFileSync(absolutePath));
      sources.push(new SourceText(name, order, text));
      found.push({ name, text });
    } catch (error) {
      if (name !== location.configPath && isDanglingLink(absolutePath)) {
        const message = `${name} is a link to a file that does not exist; it is skipped`;
        problems.warn(null, '', message);
        return;
      }
      found.push({ name, text: null });
      problems.error(null, '', `configuration file ${name} cannot be read: ${reason(error)}`);
    }
  });
  if (sources.length === 0 && problems.errorCount === 0) {
    problems.error(null, '', 'no configuration: none of the files can be read');
  }
  return { sources, fingerprint: fingerprintOf(found) };
}

function listOrReport(location: ConfigLocation, problems: ProblemList): ConfigFile[] {
  const { configPath, configDir, cwd } = location;
  if (configPath && configDir && dirname(resolve(cwd, configPath)) === resolve(cwd, configDir)) {
    const message = `-config ${configPath} lies in -config-dir ${configDir} and would be read twice`;
    problems.error(null, '', message);
    return [];
  }
  try {
    const files = listConfigFiles(location);
    if (files.length > 0) return files;
    const where = configDir ? `: -config-dir ${configDir} has no *.yml or *.yaml file` : '';
    problems.error(null, '', `no configuration${where}`);
  } catch (error) {
    problems.error(null, '', `-config-dir ${configDir} cannot be read: ${reason(error)}`);
  }
  return [];
}

/** Whether a path is a link that leads nowhere: editors leave such links as locks beside the file that is being edited. */
export function isDanglingLink(path: string): boolean {
  return (
    !existsSync(path) && (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false)
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') return 'it is a directory; -config-dir reads the files of a directory';
  if (code === 'ENOTDIR') return `${error.message}; -config reads a single file`;
  return error.message;
}
