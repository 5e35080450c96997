export * from './clock.interface.js';
export * from './system-clock.js';
export * from './virtual-clock.js';
export * from './error-codes.js';
export * from './drover.error.js';
export * from './events.js';
export * from './rfc3339.js';
export * from './slot-list.js';
