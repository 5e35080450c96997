export { FifoSchedulerPlugin as default, FifoSchedulerPlugin } from './fifo-scheduler.plugin.js';
