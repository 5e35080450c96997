export { MatrixPlannerPlugin, MatrixPlannerPlugin as default } from './matrix-planner.plugin.js';
