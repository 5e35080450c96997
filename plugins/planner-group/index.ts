export { GroupPlannerPlugin as default, GroupPlannerPlugin } from './group-planner.plugin.js';
