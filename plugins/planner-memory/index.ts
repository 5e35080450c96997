export { MemoryPlannerPlugin as default, MemoryPlannerPlugin } from './memory-planner.plugin.js';
