import { splitCommand } from '../command/split-command.js';
import { commandDoubts } from '../command/command-doubts.js';
import { ModelOptions } from '../options/model.options.js';
import { PeerOptions } from '../options/peer.options.js';
import { TimeoutsOptions } from '../options/timeouts.options.js';
import { isNull, nodeAt } from '../yaml/config-node.interface.js';
import { KeyPath } from '../yaml/key-path.js';
import { CheckContext } from './check-context.js';
import { urlDoubt, urlError } from './proxy-url.js';

/** Commands, addresses and limits of every model. */
export function checkModels(context: CheckContext, platform: NodeJS.Platform): void {
  for (const [id, model] of context.options.models) {
    const path = ['models', id];
    if (isNull(nodeAt(context.root, 'models', id))) {
      context.warn(path, 'is empty: the model has neither cmd nor proxy and cannot start');
      continue;
    }
    checkCommands(path, { model, context, platform });
    checkProxy(context, [...path, 'proxy'], model.proxy);
    checkTimeouts(context, [...path, 'timeouts'], model.timeouts);
  }
  warnAboutClashes(context);
}

/** Addresses, models and limits of every peer. */
export function checkPeers(context: CheckContext): void {
  for (const [id, peer] of context.options.peers) {
    const path = ['peers', id];
    if (peer.proxy === '')
      context.error([...path, 'proxy'], 'is required: the address of the peer');
    else checkProxy(context, [...path, 'proxy'], peer.proxy);
    checkPeerModels(context, [...path, 'models'], peer);
    checkTimeouts(context, [...path, 'timeouts'], peer.timeouts);
  }
}

function checkPeerModels(context: CheckContext, path: KeyPath, { models }: PeerOptions): void {
  if (models.length === 0) context.error(path, 'must not be empty: name at least one model');
}

function checkProxy(context: CheckContext, path: KeyPath, proxy: string): void {
  const error = urlError(proxy);
  if (error !== null) {
    context.error(path, `is no address: ${JSON.stringify(proxy)} ${error}`);
    return;
  }
  const doubt = urlDoubt(proxy);
  if (doubt !== null) context.warn(path, `${JSON.stringify(proxy)} ${doubt}`);
}

function checkTimeouts(context: CheckContext, path: KeyPath, timeouts: TimeoutsOptions): void {
  for (const [key, value] of Object.entries(timeouts) as [string, number][]) {
    if (value < 0) context.warn([...path, key], `is negative (${value}) and counts as 0`);
  }
}

interface CommandsContext {
  readonly model: ModelOptions;
  readonly context: CheckContext;
  readonly platform: NodeJS.Platform;
}

function checkCommands(path: KeyPath, { model, context, platform }: CommandsContext): void {
  const { cmd, cmdStop } = model;
  const written = nodeAt(context.root, ...path.map(String), 'cmd');
  // A command that is no text, or not known yet, has been complained about.
  const isUnusable =
    cmd === '' && !isNull(written) && (written?.kind !== 'scalar' || written.text !== '');
  if (!isUnusable && splitCommand(cmd, platform).length === 0) {
    context.warn([...path, 'cmd'], 'is empty: requests for this model will fail');
  }
  for (const doubt of commandDoubts(cmd, platform)) context.warn([...path, 'cmd'], doubt);
  for (const doubt of commandDoubts(cmdStop, platform)) context.warn([...path, 'cmdStop'], doubt);
}

/** Two models on the same address cannot be up together; often that is a slip. */
function warnAboutClashes(context: CheckContext): void {
  const byPort = new Map<string, string>();
  for (const [id, { proxy }] of context.options.models) {
    const port = localPort(proxy);
    if (port === null) continue;
    const other = byPort.get(port);
    if (other === undefined) byPort.set(port, id);
    else {
      const message = `uses port ${port} of this machine, as model ${other} does`;
      context.warn(['models', id, 'proxy'], `${message}; they can never be up together`);
    }
  }
}

function localPort(proxy: string): string | null {
  const match = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):(\d+)(?:[/?#]|$)/.exec(proxy);
  return match ? match[1]! : null;
}
