import { NameIndex } from '../checks/name-index.js';
import { splitCommand } from '../command/split-command.js';
import {
  DroverConfig,
  FiltersConfig,
  GroupsSettings,
  MatrixSettings,
  ModelConfig,
  PeerConfig,
  SelectorConfig,
} from '../config.interface.js';
import { DroverOptions } from '../options/drover.options.js';
import { compareBytes } from '../yaml/compare-bytes.js';

/** A configuration in a form that other programs can compare: plain JSON values. */
export type NormalForm = Readonly<Record<string, unknown>>;

const NO_CAPABILITIES = { in: [], out: [], tools: false, reranker: false, context: 0 };

const GLOBAL_KEYS = [
  'healthCheckTimeout',
  'logLevel',
  'logTimeFormat',
  'logToStdout',
  'metricsMaxInMemory',
  'captureBuffer',
  'globalTTL',
  'unloadTimeout',
  'startPort',
  'sendLoadingState',
  'includeAliasesInList',
  'apiKeys',
  'preload',
  'storePath',
  'sessionIdHeaders',
  'ignorePaths',
  'performanceDisabled',
  'performanceEveryMs',
] as const;

const MODEL_KEYS = [
  'proxy',
  'checkEndpoint',
  'useModelName',
  'name',
  'description',
  'env',
  'ttl',
  'unloadTimeout',
  'healthCheckTimeout',
  'concurrencyLimit',
  'queueLimit',
  'unlisted',
  'ignoreWebsockets',
  'sendLoadingState',
  'metadata',
  'timeouts',
  'runtime',
  'memory',
] as const;

/**
 * Writes the normal form; commands are split as on POSIX. `names` are looked up under `resolve`:
 * each leads to a model id, or to itself when it is a peer's model, or to null.
 */
export function toNormalForm(
  config: DroverConfig,
  options: DroverOptions,
  names: readonly string[] = [],
): NormalForm {
  const index = new NameIndex(options);
  const { planner, scheduler } = config.routing;
  return {
    modelIds: [...config.models.keys()].toSorted(compareBytes),
    models: mapped(config.models, modelForm),
    global: globalForm(config),
    router: planner.use,
    // A file that chooses no scheduler is reported as other programs see it: fifo was the only one.
    scheduler: options.routing.scheduler.use === '' ? 'fifo' : scheduler.use,
    groups:
      planner.use === 'group' ? mapped((planner.settings as GroupsSettings).groups, (g) => g) : {},
    matrix: planner.use === 'matrix' ? matrixForm(planner.settings as MatrixSettings) : null,
    priority: Object.fromEntries(options.routing.scheduler.settings.fifo.priority),
    selectors: mapped(config.selectors, selectorForm),
    profiles: mapped(config.profiles, ({ description, pins }) => ({
      description,
      pins: Object.fromEntries(pins),
    })),
    peers: mapped(config.peers, peerForm),
    macros: config.macros,
    plugins: config.plugins,
    resolve: Object.fromEntries(names.map((name) => [name, resolveName(name, index)])),
  };
}

function resolveName(name: string, index: NameIndex): string | null {
  const target = index.resolve(name);
  if (target === null) return null;
  return target.kind === 'local' ? target.model : name;
}

function mapped<From>(
  map: ReadonlyMap<string, From>,
  convert: (value: From) => unknown,
): Record<string, unknown> {
  return Object.fromEntries([...map].map(([key, value]) => [key, convert(value)]));
}

function globalForm(config: DroverConfig): NormalForm {
  return pick(config, GLOBAL_KEYS);
}

function modelForm(model: ModelConfig): NormalForm {
  return {
    argv: argvOf(model.cmd),
    stopArgv: argvOf(model.cmdStop),
    aliases: model.aliases.toSorted(compareBytes),
    ...pick(model, MODEL_KEYS),
    ...filtersForm(model.filters),
    capabilities: model.capabilities ?? NO_CAPABILITIES,
  };
}

function pick<From extends object>(from: From, keys: readonly (keyof From & string)[]): NormalForm {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}

function argvOf(command: string): string[] | null {
  const argv = splitCommand(command, 'linux');
  return argv.length > 0 ? argv : null;
}

function filtersForm({ stripParams, setParams, setParamsByID }: FiltersConfig): NormalForm {
  return { stripParams, setParams, setParamsByID: Object.fromEntries(setParamsByID) };
}

function matrixForm({ vars, evictCosts, sets }: MatrixSettings): NormalForm {
  return {
    vars: Object.fromEntries(vars),
    evictCosts: Object.fromEntries(evictCosts),
    sets: Object.fromEntries(sets),
    setOrder: [...sets.keys()],
  };
}

function selectorForm(selector: SelectorConfig): NormalForm {
  return { ...selector };
}

function peerForm({ proxy, apiKey, models, filters, timeouts }: PeerConfig): NormalForm {
  return { proxy, apiKey, models, ...filtersForm(filters), timeouts };
}
