export * from './memory-source.interface.js';
export * from './routed-process.interface.js';
export * from './router-observer.interface.js';
export * from './router-settings.interface.js';
export * from './router.core.js';
export * from './router.interface.js';
export * from './simulator/index.js';
