import { DroverConfig, ModelConfig } from '../config.interface.js';
import { splitCommand } from '../command/split-command.js';
import { compareBytes } from '../yaml/compare-bytes.js';
import { ConfigDiff } from './config-diff.interface.js';
import { isSame } from './is-same.js';

/** What reaches a model's process; everything else applies while it runs. */
const PROCESS_KEYS: ReadonlySet<keyof ModelConfig> = new Set([
  'cmd',
  'cmdStop',
  'env',
  'proxy',
  'port',
  'checkEndpoint',
  'runtime',
]);

/** Keys of the file for keys of the configuration that have another name or place there. */
const FILE_KEYS: Partial<Record<keyof DroverConfig, string>> = {
  storePath: 'store.path',
  storeLimits: 'store',
  sessionIdHeaders: 'ui.activity.session_id',
  performanceDisabled: 'performance.disabled',
  performanceEveryMs: 'performance.every',
  preload: 'hooks.on_startup.preload',
  ignorePaths: 'upstream.ignorePaths',
  bodyLimitBytes: 'limits.bodyBytes',
  serverLimits: 'limits',
};

/** Fixed when Drover starts. */
const FIXED_KEYS: ReadonlySet<keyof DroverConfig> = new Set([
  'plugins',
  'bodyLimitBytes',
  'serverLimits',
  'management',
  'tls',
]);

/**
 * Compares two configurations. Only what reaches a model's process makes it restart, and a command
 * that splits into the same arguments is the same command.
 */
export function diffConfig(
  before: DroverConfig,
  after: DroverConfig,
  platform: NodeJS.Platform = process.platform,
): ConfigDiff {
  const ids = [...after.models.keys()].toSorted(compareBytes);
  const changedKeys = new Map<string, readonly string[]>();
  const groups = Object.groupBy(ids, (id) => {
    const [old, current] = [before.models.get(id), after.models.get(id)!];
    if (!old) return 'added';
    const keys = changedModelKeys(old, current, platform);
    if (keys.length === 0) return 'unchanged';
    changedKeys.set(id, keys);
    return keys.some((key) => PROCESS_KEYS.has(key)) ? 'restarted' : 'updated';
  });
  const removed = [...before.models.keys()].filter((id) => !after.models.has(id));
  const changed = changedSettings(before, after);
  const lists = {
    added: groups.added ?? [],
    removed: removed.toSorted(compareBytes),
    restarted: groups.restarted ?? [],
    updated: groups.updated ?? [],
    unchanged: groups.unchanged ?? [],
    settings: changed.filter((key) => !FIXED_KEYS.has(key)).map(fileKey),
    needsRestart: changed.filter((key) => FIXED_KEYS.has(key)).map(fileKey),
    preload: after.preload.filter((id) => !before.preload.includes(id)),
  };
  const { unchanged: _same, preload: _preload, ...differences } = lists;
  const isEmpty = Object.values(differences).every((list) => list.length === 0);
  return { ...lists, changedKeys, isEmpty };
}

function changedModelKeys(
  before: ModelConfig,
  after: ModelConfig,
  platform: NodeJS.Platform,
): (keyof ModelConfig)[] {
  const keys = Object.keys(after) as (keyof ModelConfig)[];
  return keys.filter((key) => {
    if (key !== 'cmd' && key !== 'cmdStop') return !isSame(before[key], after[key]);
    return !isSame(splitCommand(before[key], platform), splitCommand(after[key], platform));
  });
}

function changedSettings(before: DroverConfig, after: DroverConfig): (keyof DroverConfig)[] {
  const keys = Object.keys(after) as (keyof DroverConfig)[];
  // What macros stand for shows where they are used.
  const compared = keys.filter((key) => key !== 'models' && key !== 'macros');
  return compared.filter((key) => !isSame(before[key], after[key])).toSorted(compareBytes);
}

function fileKey(key: keyof DroverConfig): string {
  return FILE_KEYS[key] ?? key;
}
