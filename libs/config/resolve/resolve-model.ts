import {
  CapabilitiesConfig,
  FiltersConfig,
  ModelConfig,
  PeerConfig,
  TimeoutsConfig,
} from '../config.interface.js';
import { CapabilitiesOptions } from '../options/capabilities.options.js';
import { FiltersOptions, ModelFiltersOptions } from '../options/filters.options.js';
import { ModelOptions } from '../options/model.options.js';
import { PeerOptions } from '../options/peer.options.js';
import { TimeoutsOptions } from '../options/timeouts.options.js';
import { compareBytes } from '../yaml/compare-bytes.js';

/** A model id that the reference treats specially: a web interface with many connections. */
const COMFYUI = 'comfyui_auto';
const COMFYUI_LIMIT = 50;

/** Global values that models inherit. */
export interface Inherited {
  readonly globalTTL: number;
  readonly unloadTimeout: number;
  readonly healthCheckTimeout: number;
  readonly sendLoadingState: boolean;
}

/** One model with everything inherited; `port` is the port it was given, if any. */
export function resolveModel(
  id: string,
  options: ModelOptions,
  { inherited, port }: { readonly inherited: Inherited; readonly port: number | null },
): ModelConfig {
  const isComfyui = id === COMFYUI;
  const { concurrencyLimit, compat } = options;
  return {
    id,
    cmd: options.cmd,
    cmdStop: options.cmdStop,
    proxy: options.proxy,
    port,
    checkEndpoint: options.checkEndpoint,
    aliases: aliasesOf(id, options),
    env: options.env,
    ttl: options.ttl === -1 ? inherited.globalTTL : options.ttl,
    unloadTimeout: options.unloadTimeout || inherited.unloadTimeout,
    healthCheckTimeout: inherited.healthCheckTimeout,
    unlisted: options.unlisted,
    useModelName: options.useModelName,
    name: options.name,
    description: options.description,
    concurrencyLimit: isComfyui ? Math.max(concurrencyLimit, COMFYUI_LIMIT) : concurrencyLimit,
    queueLimit: options.queueLimit,
    filters: resolveFilters(options.filters),
    metadata: Object.fromEntries(options.metadata),
    sendLoadingState: options.sendLoadingState ?? inherited.sendLoadingState,
    timeouts: resolveTimeouts(options.timeouts),
    ignoreWebsockets: isComfyui || compat.ignoreWebsockets,
    capabilities: resolveCapabilities(options.capabilities),
    runtime: options.runtime,
    memory: options.memory,
  };
}

/** One peer. */
export function resolvePeer(id: string, options: PeerOptions): PeerConfig {
  const { proxy, apiKey, models } = options;
  return {
    id,
    proxy,
    apiKey,
    models,
    filters: resolveFilters(options.filters),
    timeouts: resolveTimeouts(options.timeouts),
    healthPath: options.healthPath.startsWith('/') ? options.healthPath : `/${options.healthPath}`,
    tls: { caFile: options.tls.caFile, insecure: options.tls.insecure },
  };
}

/** Aliases as defined, then the variants that are not among them. */
function aliasesOf(id: string, { aliases, filters }: ModelOptions): string[] {
  const variants = [...filters.setParamsByID.keys()].filter((name) => name !== id);
  return [...new Set([...aliases, ...variants])];
}

function resolveFilters(options: FiltersOptions): FiltersConfig {
  const legacy = options instanceof ModelFiltersOptions ? options.strip_params : '';
  return {
    stripParams: stripList(options.stripParams || legacy),
    setParams: withoutModel(options.setParams),
    setParamsByID: new Map(
      [...options.setParamsByID].map(([id, params]) => [id, withoutModel(params)]),
    ),
  };
}

/** Trimmed, without blanks, duplicates and `model`, sorted. */
function stripList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names)]
    .filter((name) => name !== '' && name !== 'model')
    .toSorted(compareBytes);
}

function withoutModel(params: ReadonlyMap<string, unknown>): Record<string, unknown> {
  return Object.fromEntries([...params].filter(([key]) => key !== 'model'));
}

/** Negative limits count as 0. */
function resolveTimeouts(options: TimeoutsOptions): TimeoutsConfig {
  return {
    connect: Math.max(0, options.connect),
    keepalive: Math.max(0, options.keepalive),
    responseHeader: Math.max(0, options.responseHeader),
    tlsHandshake: Math.max(0, options.tlsHandshake),
    expectContinue: Math.max(0, options.expectContinue),
    idleConn: Math.max(0, options.idleConn),
  };
}

function resolveCapabilities(options: CapabilitiesOptions): CapabilitiesConfig | null {
  const { tools, reranker, context } = options;
  const isEmpty = options.in.length + options.out.length === 0 && !tools && !reranker && !context;
  return isEmpty ? null : { in: options.in, out: options.out, tools, reranker, context };
}
