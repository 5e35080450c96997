import { Inject, Injectable } from '@nestjs/common';
import { ConfigProblem } from './config-problem.interface.js';
import { DroverConfig } from './config.interface.js';
import { ConfigAddition, loadConfig, LoadOptions } from './load/load-config.js';
import { ConfigDiff } from './reload/config-diff.interface.js';
import { diffConfig } from './reload/diff-config.js';
import { LoadResult } from './load-result.interface.js';

/** Injection token of the {@link ConfigSource} that the store reads from. */
export const CONFIG_SOURCE = Symbol.for('drover:config-source');

/**
 * Reads the configuration from wherever it lies. `previous` is the configuration that would be
 * replaced; its models keep their ports. `additions` are merged after what lies there.
 */
export type ConfigSource = (
  previous: DroverConfig | null,
  additions?: readonly ConfigAddition[],
) => LoadResult;

/** A new configuration has taken over. */
export interface ConfigChange {
  readonly previous: DroverConfig | null;
  readonly current: DroverConfig;
  /** What is different; null when there was no configuration before. */
  readonly diff: ConfigDiff | null;
}

/** Told, one after the other and in the order of subscription, of each accepted configuration. */
export type ConfigListener = (change: ConfigChange) => void;

/** A source that reads the files of `options` anew each time. */
export function fileSource(options: LoadOptions): ConfigSource {
  return (previous, additions) =>
    loadConfig({ ...options, previous: previous ?? undefined, additions });
}

/**
 * The only owner of the configuration in force. A configuration takes over as a whole or not at
 * all: while there are problems the one before stays.
 */
@Injectable()
export class ConfigStore {
  private inForce: DroverConfig | null = null;
  private latest: LoadResult | null = null;
  private added: readonly ConfigAddition[] = [];
  private readonly listeners = new Set<ConfigListener>();

  constructor(@Inject(CONFIG_SOURCE) private readonly source: ConfigSource) {}

  /** The configuration in force, frozen. Throws when none has been loaded. */
  get current(): DroverConfig {
    if (this.inForce === null) throw new Error('no configuration has been loaded yet');
    return this.inForce;
  }

  /** What the last {@link load} or {@link read} came to; null before the first. */
  get lastResult(): LoadResult | null {
    return this.latest;
  }

  /** Texts that are merged after what lies in files. */
  get additions(): readonly ConfigAddition[] {
    return this.added;
  }

  /** Sets them; they count from the next time that the configuration is read. */
  setAdditions(additions: readonly ConfigAddition[]): void {
    this.added = additions;
  }

  /**
   * Reads and checks the configuration without putting it in force. An addition that spoils what is
   * good without it is left out, with a warning: what lies in files comes first.
   */
  read(): LoadResult {
    const whole = this.source(this.inForce, this.added);
    const isGood = whole.config !== null || this.added.length === 0;
    this.latest = isGood ? whole : this.readOneByOne();
    return this.latest;
  }

  /** Reads the configuration and, if it is good, puts it in force and tells the listeners. */
  load(): LoadResult {
    const result = this.read();
    if (result.config !== null) this.replace(result.config);
    return result;
  }

  /**
   * Puts a configuration in force and tells the listeners. One that means the same as the one in
   * force changes nothing.
   */
  replace(config: DroverConfig): void {
    const previous = this.inForce;
    const diff = previous && diffConfig(previous, config);
    if (diff?.isEmpty) return;
    this.inForce = config;
    const change = { previous, current: config, diff };
    for (const listener of this.listeners) listener(change);
  }

  private readOneByOne(): LoadResult {
    const good: ConfigAddition[] = [];
    const rejected: ConfigProblem[] = [];
    let result = this.source(this.inForce, good);
    if (result.config === null) return result;
    for (const addition of this.added) {
      const more = this.source(this.inForce, [...good, addition]);
      if (more.config === null) rejected.push(...more.problems);
      else {
        result = more;
        good.push(addition);
      }
    }
    return { ...result, warnings: [...result.warnings, ...rejected] };
  }

  /** Subscribes to configurations that take over from now on; returns the end of it. */
  onChange(listener: ConfigListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
