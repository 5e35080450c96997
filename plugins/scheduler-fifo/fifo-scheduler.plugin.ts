import {
  RequestScheduler,
  Scheduler,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerPlugin,
} from '#lib/plugin-api';
import { FifoScheduler } from './fifo.scheduler.js';

/**
 * The scheduler `fifo`: first come, first served within a priority, with requests for one model
 * collated. It decides exactly as llama-swap does, except that swaps are numbered and can be given
 * up, so that an unload leaves nothing behind.
 */
@Scheduler('fifo')
export class FifoSchedulerPlugin implements SchedulerPlugin {
  createScheduler(config: SchedulerConfig, effects: SchedulerEffects): RequestScheduler {
    return new FifoScheduler(config, effects);
  }
}
