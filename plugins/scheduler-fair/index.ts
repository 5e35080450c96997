export { FairSchedulerPlugin as default, FairSchedulerPlugin } from './fair-scheduler.plugin.js';
