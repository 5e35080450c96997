export * from './isolate-packages.js';
export { LONGEST_WAIT_MS, SLOW_CPU_MS, STRIKES } from './call-budget.js';
