export * from './wire-pool.js';
export * from './wire-options.interface.js';
export * from './wire.error.js';
export * from './wire-options.js';
