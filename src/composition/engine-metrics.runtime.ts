import { basename } from 'node:path';
import { MonitoringConfig } from '#lib/config';
import { RuntimeInstance, RuntimePlugin, RuntimeStart } from '#lib/plugin-api';

/** Switches the metrics page of a llama-server on. */
const SWITCH = 'LLAMA_ARG_ENDPOINT_METRICS=1';

/**
 * A runtime that starts llama-servers with their metrics page on. The command stays as it is; a
 * variable of the configuration has the last word.
 */
export class EngineMetricsRuntime implements RuntimePlugin {
  constructor(
    private readonly runtime: RuntimePlugin,
    private readonly settings: () => Pick<MonitoringConfig, 'enableEngineMetrics'>,
  ) {}

  start(start: RuntimeStart, signal: AbortSignal): Promise<RuntimeInstance> {
    const isMeant = this.settings().enableEngineMetrics && isLlamaServer(start.argv);
    return this.runtime.start(isMeant ? { ...start, env: [SWITCH, ...start.env] } : start, signal);
  }
}

function isLlamaServer(argv: readonly string[]): boolean {
  return argv.some((argument) => /^llama-server(\.exe)?$/i.test(basename(argument)));
}
