export * from './plugin.decorators.js';
export * from './compare-ids.js';
export * from './model-state.js';
export * from './planner.interface.js';
export * from './scheduler.interface.js';
export * from './runtime.interface.js';
export * from './gpu-probe.interface.js';
