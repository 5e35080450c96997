import { Inject, Injectable, Logger } from '@nestjs/common';
import { ConfigDiff, ConfigStore, diffConfig, DroverConfig, formatProblem } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { PluginConfigError } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { PreparedRouting, RouterService } from '#lib/router';
import { logSettings } from './log-settings.js';
import { CONFIG_REFRESH, type ConfigRefresh } from './config-refresh.interface.js';
import { portHeirs } from './port-heirs.js';
import { ReloadReader, ReloadReading } from './reload-ports.interface.js';
import { ModelChanges } from './reload-report.interface.js';

/**
 * Longest time that answers of a changed or removed model are waited for before its server stops,
 * milliseconds.
 */
const DRAIN_MS = 10 * 60_000;

/** Reads the configuration again and knows how to put what is different in force. */
@Injectable()
export class ConfigReloadReader implements ReloadReader {
  private readonly logger = new Logger('reload');

  // oxlint-disable-next-line max-params -- injected by Nest, not passed by callers
  constructor(
    private readonly store: ConfigStore,
    private readonly router: RouterService,
    private readonly processes: ProcessService,
    private readonly logs: LogService,
    @Inject(CONFIG_REFRESH) private readonly refresh: ConfigRefresh,
  ) {}

  async read(): Promise<ReloadReading> {
    await this.refresh();
    const { config, ...result } = this.store.read();
    const warnings = result.warnings.map(formatProblem);
    if (config === null) {
      return { isGood: false, problems: result.problems.map(formatProblem), warnings };
    }
    const diff = diffConfig(this.store.current, config);
    try {
      const routing = this.router.prepare(config);
      const needsRestart = [...new Set([...diff.needsRestart, ...routing.needsRestart])];
      const apply = () => this.apply(config, diff, routing);
      const changes = diff.isEmpty ? null : modelChanges(diff);
      return { isGood: true, prepared: { changes, warnings, needsRestart, apply } };
    } catch (error) {
      return { isGood: false, problems: pluginProblems(error), warnings };
    }
  }

  /** One synchronous stretch: nobody sees half of the old and half of the new configuration. */
  private apply(config: DroverConfig, diff: ConfigDiff, routing: PreparedRouting): void {
    const { restarted: changed, removed } = diff;
    const after = portHeirs(this.store.current, config, [...changed, ...removed]);
    this.store.replace(config);
    this.processes.replaceConfig(config.models);
    const what = { changed, removed, after, drainMs: DRAIN_MS };
    const settled = this.router.apply(routing, what);
    this.logs.configure(logSettings(config));
    settled.then(
      () => this.logs.retainModels(new Set(this.store.current.models.keys())),
      (error: unknown) => this.logger.error(error),
    );
    // Each load is announced by itself; a failed one is no failure of the reload.
    void this.router.preload(diff.preload);
  }
}

function modelChanges({ added, removed, restarted, updated }: ConfigDiff): ModelChanges {
  return { added, removed, restarted, updated };
}

function pluginProblems(error: unknown): string[] {
  if (error instanceof PluginConfigError) {
    return error.problems.map(({ path, message }) => `routing ${path}: ${message}`);
  }
  if (error instanceof DroverError) return [error.message];
  throw error;
}
