export * from './model-process.js';
export * from './process-errors.js';
export * from './process-log.interface.js';
export * from './process-statistics.js';
export * from './readiness-probe.interface.js';
export * from './http-readiness.probe.js';
export { type CommandSplitter } from './start-order.js';
