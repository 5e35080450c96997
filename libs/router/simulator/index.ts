export * from './simulation.js';
export * from './trace.interface.js';
export * from './trace-check.js';
export * from './trace-reader.js';
