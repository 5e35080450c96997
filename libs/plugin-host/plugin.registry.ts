import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DroverError } from '#lib/foundation';
import {
  PLUGIN_API_COPY,
  PLUGIN_API_VERSION,
  PluginKind,
  PluginMetadata,
  readPluginMetadata,
} from '#lib/plugin-api';
import { PluginContracts, PluginEntry } from './plugin-entry.interface.js';

/**
 * All plugins among Nest's providers, by kind and name. The providers are looked through once, at
 * the first question, which must come after Nest has constructed them (`onModuleInit` or later).
 */
@Injectable()
export class PluginRegistry {
  private entries: ReadonlyMap<string, PluginEntry> | null = null;

  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * The plugin of this kind and name.
   *
   * @throws DroverError `PLUGIN_UNKNOWN` that lists the names there are; `PLUGIN_DUPLICATE`,
   * `PLUGIN_INVALID` when the providers cannot be used together.
   */
  get<Kind extends PluginKind>(kind: Kind, name: string): PluginContracts[Kind] {
    const entry = this.scanned().get(keyOf(kind, name));
    if (entry) return entry.instance as PluginContracts[Kind];
    const names = this.names(kind).join(', ') || 'none';
    throw new DroverError(
      'PLUGIN_UNKNOWN',
      `there is no ${kind} called "${name}"; there are: ${names}`,
    );
  }

  /** Names of all plugins of a kind, in the order of registration. */
  names(kind: PluginKind): string[] {
    return this.list()
      .filter((entry) => entry.kind === kind)
      .map((entry) => entry.name);
  }

  /** All plugins of a kind by name. */
  all<Kind extends PluginKind>(kind: Kind): ReadonlyMap<string, PluginContracts[Kind]> {
    const entries = this.list().filter((entry) => entry.kind === kind);
    return new Map(entries.map(({ name, instance }) => [name, instance as PluginContracts[Kind]]));
  }

  /** Every plugin, in the order of registration. */
  list(): PluginEntry[] {
    return [...this.scanned().values()];
  }

  private scanned(): ReadonlyMap<string, PluginEntry> {
    if (this.entries) return this.entries;
    const entries = new Map<string, PluginEntry>();
    for (const wrapper of this.discovery.getProviders()) {
      const { metatype, instance } = wrapper as { metatype: unknown; instance: unknown };
      if (typeof metatype !== 'function' || !instance) continue;
      const metadata = readPluginMetadata(metatype);
      if (metadata) add(entries, { metadata, className: metatype.name, instance });
    }
    this.entries = entries;
    return entries;
  }
}

interface Found {
  readonly metadata: PluginMetadata;
  readonly className: string;
  readonly instance: unknown;
}

function add(entries: Map<string, PluginEntry>, found: Found): void {
  const { kind, name } = checkPluginMetadata(found.metadata, found.className);
  const { className } = found;
  const key = keyOf(kind, name);
  const other = entries.get(key);
  if (other && other.instance === found.instance) return;
  if (other) {
    const both = `${other.className} and ${className}`;
    throw new DroverError('PLUGIN_DUPLICATE', `two plugins are the ${kind} "${name}": ${both}`);
  }
  entries.set(key, { kind, name, className, instance: found.instance as PluginEntry['instance'] });
}

/**
 * Refuses a class that was decorated for another version of the contract, or through a copy of the
 * contract's package that is not ours.
 *
 * @throws DroverError `PLUGIN_INVALID`
 */
export function checkPluginMetadata(metadata: PluginMetadata, className: string): PluginMetadata {
  if (metadata.apiVersion !== PLUGIN_API_VERSION) {
    const versions = `version ${metadata.apiVersion}, this Drover has version ${PLUGIN_API_VERSION}`;
    throw new DroverError(
      'PLUGIN_INVALID',
      `plugin ${className} is made for plugin API ${versions}`,
    );
  }
  if (metadata.copy !== PLUGIN_API_COPY) {
    const advice = 'list drover under peerDependencies instead of dependencies';
    const text = `plugin ${className} brings its own copy of drover/plugin-api; ${advice}`;
    throw new DroverError('PLUGIN_INVALID', text);
  }
  return metadata;
}

function keyOf(kind: PluginKind, name: string): string {
  return `${kind}\n${name}`;
}
