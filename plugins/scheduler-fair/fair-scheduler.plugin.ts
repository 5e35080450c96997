import {
  RequestScheduler,
  Scheduler,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerPlugin,
} from '#lib/plugin-api';
import { readFairSettings } from './fair-settings.js';
import { FairScheduler } from './fair.scheduler.js';

/**
 * The scheduler `fair`, the default: collates requests as `fifo` does, but lets no model wait
 * without bound, loads first what helps most requests per second, and overlaps what can overlap.
 *
 * @example
 * ```yaml
 * routing:
 *   scheduler:
 *     use: fair
 *     settings:
 *       fair: { maxWait: 90s, aging: 10s, hold: 5s }
 * ```
 */
@Scheduler('fair')
export class FairSchedulerPlugin implements SchedulerPlugin {
  /** @throws PluginConfigError when a duration cannot be read. */
  createScheduler(config: SchedulerConfig, effects: SchedulerEffects): RequestScheduler {
    return new FairScheduler(config, effects);
  }

  checkSettings(settings: unknown): void {
    readFairSettings(settings);
  }
}
