export * from './router.interface.js';
export * from './simulator/index.js';
