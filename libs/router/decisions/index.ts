export * from './swap-decision.interface.js';
export * from './swap-decision.log.js';
export * from './swap-decisions.js';
