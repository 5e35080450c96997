import { ModelConfig } from '#lib/config';
import { RuntimeStart } from '#lib/plugin-api';
import { startFailed } from './process-errors.js';

/** Splits a command as written into arguments; comments and line joins are its business too. */
export type CommandSplitter = (text: string) => readonly string[];

/** One start of one model. */
export interface StartOrder extends Omit<RuntimeStart, 'onOutput'> {
  /** Where readiness is asked for; null when the model is ready as soon as it has been launched. */
  readonly probeUrl: ((address: URL) => URL) | null;
  /** Time from launch to ready, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Turns a model's configuration into what a runtime needs.
 *
 * @throws DroverError MODEL_START_FAILED when the configuration cannot be started.
 */
export function startOrder(
  model: ModelConfig,
  instance: number,
  split: CommandSplitter,
): StartOrder {
  const proxy = upstreamOf(model);
  const argv = split(model.cmd);
  if (argv.length === 0) {
    throw startFailed(model.id, 'unable to get sanitized command: empty command');
  }
  const stop = split(model.cmdStop);
  return {
    model: model.id,
    instance,
    argv,
    stopCommand: stop.length === 0 ? null : stop,
    env: model.env,
    proxy,
    probeUrl: probeUrlOf(model),
    timeoutMs: model.healthCheckTimeout * 1000,
  };
}

function upstreamOf(model: ModelConfig): URL {
  const text = model.proxy.trim();
  if (text === '') throw startFailed(model.id, 'upstream proxy missing: set proxy to a URL');
  const url = URL.parse(text);
  if (url && url.host !== '' && /^https?:$/.test(url.protocol)) return url;
  throw startFailed(model.id, `invalid proxy URL "${text}": expected http://host:port`);
}

function probeUrlOf(model: ModelConfig): ((address: URL) => URL) | null {
  const endpoint = model.checkEndpoint.trim();
  if (endpoint === 'none') return null;
  const [path = '', ...query] = (endpoint.startsWith('/') ? endpoint : `/${endpoint}`).split('?');
  return (address) => {
    const url = new URL(address);
    url.pathname = url.pathname.replace(/\/+$/, '') + path;
    url.search = query.join('?');
    return url;
  };
}
