import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Type } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { PLUGIN_API_VERSION, readPluginMetadata } from '#lib/plugin-api';
import { checkPluginMetadata } from './plugin.registry.js';

/** A third-party package with the plugin classes it exports. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  /** File that was imported. */
  readonly file: string;
  /** To be listed among a module's providers. */
  readonly classes: readonly Type[];
}

/** A package name without path, as npm allows it. */
const BARE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

/**
 * Loads the packages that a configuration lists under `plugins`, one after the other. Names are
 * looked up from `folder` upwards as Node does. The manifest's `drover.apiVersion` is checked before
 * any code of the package runs.
 *
 * @throws DroverError `PLUGIN_INVALID` that names the package and what is wrong with it.
 */
export async function loadPluginPackages(
  names: readonly string[],
  folder: string,
): Promise<PluginPackage[]> {
  const packages: PluginPackage[] = [];
  for (const name of names) packages.push(await loadPluginPackage(name, folder));
  return packages;
}

async function loadPluginPackage(name: string, folder: string): Promise<PluginPackage> {
  if (!BARE_NAME.test(name)) throw invalid(name, 'is not a package name; paths are not allowed');
  const manifestFile = findManifest(name, folder);
  const manifest = await readManifest(name, manifestFile);
  const { drover, version } = manifest;
  const made = isObject(drover) ? drover['apiVersion'] : undefined;
  if (made !== PLUGIN_API_VERSION) {
    const says =
      made === undefined ? 'states no drover.apiVersion' : `states ${JSON.stringify(made)}`;
    throw invalid(name, `${says}; this Drover needs drover.apiVersion ${PLUGIN_API_VERSION}`);
  }
  const file = resolve(dirname(manifestFile), entryOf(manifest));
  const classes = pluginClasses(await importFile(name, file));
  if (classes.length === 0) throw invalid(name, 'exports no class with a plugin decorator');
  return { name, version: typeof version === 'string' ? version : 'unknown', file, classes };
}

function findManifest(name: string, folder: string): string {
  try {
    const found = findPackageJSON(name, pathToFileURL(join(resolve(folder), 'drover.js')));
    if (found) return found;
  } catch (error) {
    throw invalid(name, `is not installed below ${folder} or a folder above it`, error);
  }
  throw invalid(name, `is not installed below ${folder} or a folder above it`);
}

async function readManifest(name: string, file: string): Promise<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isObject(manifest)) return manifest;
  } catch (error) {
    throw invalid(name, `has a manifest that cannot be read: ${file}`, error);
  }
  throw invalid(name, `has a manifest that is not an object: ${file}`);
}

async function importFile(name: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw invalid(name, `cannot be imported: ${text}`, error);
  }
}

function pluginClasses(exported: Record<string, unknown>): Type[] {
  const classes = new Set<Type>();
  for (const value of Object.values(exported)) {
    if (typeof value !== 'function') continue;
    const metadata = readPluginMetadata(value);
    if (!metadata) continue;
    checkPluginMetadata(metadata, value.name);
    classes.add(value as Type);
  }
  return [...classes];
}

/** The file that `import` of the bare name would load. */
function entryOf(manifest: Record<string, unknown>): string {
  const exported = manifest['exports'];
  const root = isObject(exported) && '.' in exported ? exported['.'] : exported;
  const main = manifest['main'];
  return conditional(root) ?? (typeof main === 'string' ? main : 'index.js');
}

function conditional(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (!isObject(target)) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    if (!['node', 'import', 'module-sync', 'default'].includes(condition)) continue;
    const found = conditional(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function invalid(name: string, what: string, cause?: unknown): DroverError {
  return new DroverError('PLUGIN_INVALID', `plugin package "${name}" ${what}`, { cause });
}
