export * from './command/split-command.js';
export * from './config.interface.js';
export * from './config-problem.interface.js';
export * from './load/load-config.js';
export * from './load-result.interface.js';
export * from './planner-check.interface.js';
export * from './config.store.js';
