import {
  RequestScheduler,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerPlugin,
} from '#lib/plugin-api';
import { IsolatedScheduler } from './isolated.scheduler.js';
import { PluginThread } from './plugin-thread.js';

/** Stands for a scheduler plugin of a package, which lives in a thread of its own. */
export class IsolatedSchedulerPlugin implements SchedulerPlugin {
  constructor(
    private readonly thread: PluginThread,
    private readonly name: string,
  ) {}

  /** @throws PluginConfigError as the plugin does, DroverError `PLUGIN_CUT_OFF` when it hangs. */
  createScheduler(config: SchedulerConfig, effects: SchedulerEffects): RequestScheduler {
    return new IsolatedScheduler({ thread: this.thread, name: this.name, effects }, config);
  }

  /** A plugin without this power, or without an answer in time, has no objections. */
  checkSettings(settings: unknown): void {
    this.thread.call({ object: 0, method: 'checkSettings', args: [settings] });
  }
}
