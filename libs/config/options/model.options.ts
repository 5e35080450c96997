import { CapabilitiesOptions } from './capabilities.options.js';
import { ModelFiltersOptions } from './filters.options.js';
import { Setting } from './setting.decorator.js';
import { TimeoutsOptions } from './timeouts.options.js';

/** Allowances for clients that behave in special ways. */
export class CompatOptions {
  @Setting({
    kind: 'flag',
    doc: 'WebSocket connections neither load the model nor count as activity.',
  })
  ignoreWebsockets = false;
}

/** One entry of `models`. */
export class ModelOptions {
  @Setting({
    kind: 'text',
    doc: 'Command that starts the server. No shell is involved; `${PORT}` gets a port of its own.',
  })
  cmd = '';

  @Setting({
    kind: 'text',
    default: 'empty: SIGTERM to the process group; on Windows `taskkill /f /t /pid ${PID}`',
    doc: 'Command that stops the server; `${PID}` is its process id.',
  })
  cmdStop = '';

  @Setting({
    kind: 'text',
    default: '`http://localhost:${PORT}`',
    doc: 'Base URL of the server.',
  })
  proxy = '';

  @Setting({
    kind: 'text',
    doc: 'Path that is polled until it answers 200. `none` skips the check. Of a full URL only path and query count.',
  })
  checkEndpoint = '/health';

  @Setting({ kind: 'texts', doc: 'Other names of the model.' })
  aliases: string[] = [];

  @Setting({
    kind: 'texts',
    doc: '`NAME=value` items that are added to the inherited environment; a later one wins.',
  })
  env: string[] = [];

  @Setting({
    kind: 'integer',
    unit: 's',
    min: -1,
    doc: 'Idle time before the model is unloaded; 0 = never, -1 = `globalTTL`.',
  })
  ttl = -1;

  @Setting({
    kind: 'integer',
    unit: 's',
    min: 0,
    doc: 'Time the model gets to stop gracefully; 0 = the global `unloadTimeout`.',
  })
  unloadTimeout = 0;

  @Setting({
    kind: 'integer',
    unit: 's',
    doc: 'Has no effect: the global `healthCheckTimeout` counts for every model.',
    obsolete: 'the global healthCheckTimeout',
  })
  healthCheckTimeout = 0;

  @Setting({ kind: 'flag', doc: 'Hides the model from the model list; it stays usable.' })
  unlisted = false;

  @Setting({ kind: 'text', doc: 'Replaces `model` in requests that are sent to the server.' })
  useModelName = '';

  @Setting({ kind: 'text', doc: 'Name shown in the model list.' })
  name = '';

  @Setting({ kind: 'text', doc: 'Description shown in the model list.' })
  description = '';

  @Setting({
    kind: 'integer',
    doc: 'Requests that are forwarded at the same time; 0 or less = 10.',
  })
  concurrencyLimit = 0;

  @Setting({
    kind: 'integer',
    min: 0,
    default: '256; with a `concurrencyLimit` of its own the model answers 429 instead of queueing',
    doc: 'Requests that may wait for the model; what exceeds it gets 429.',
  })
  queueLimit: number | null = null;

  @Setting({ kind: 'block', type: () => ModelFiltersOptions, doc: 'Edits of the requests.' })
  filters = new ModelFiltersOptions();

  @Setting({
    kind: 'plain',
    doc: 'Macros of this model; see [Macros](#macros). One with the name of a global macro replaces it.',
  })
  macros: unknown = null;

  @Setting({ kind: 'freeMap', doc: 'Anything; passed through to the model list.' })
  metadata = new Map<string, unknown>();

  @Setting({
    kind: 'flag',
    default: 'the global `sendLoadingState`',
    doc: 'Streams the progress of loading as reasoning text.',
  })
  sendLoadingState: boolean | null = null;

  @Setting({
    kind: 'block',
    type: () => TimeoutsOptions,
    doc: 'Limits of the connections to the server.',
  })
  timeouts = new TimeoutsOptions();

  @Setting({
    kind: 'block',
    type: () => CompatOptions,
    doc: 'Allowances for clients that behave in special ways.',
  })
  compat = new CompatOptions();

  @Setting({
    kind: 'block',
    type: () => CapabilitiesOptions,
    doc: 'What the model is declared to be able to do.',
  })
  capabilities = new CapabilitiesOptions();

  @Setting({ kind: 'text', doc: 'Process runtime that starts and stops the server.' })
  runtime = 'local';

  @Setting({
    kind: 'memory',
    default: 'unknown; measured at the first load',
    doc: 'Memory the model needs: a size such as `14GiB`, or sizes by device, such as `{gpu0: 8GiB, gpu1: 6GiB}`.',
  })
  memory: Readonly<Record<string, number>> | null = null;
}
