import { PlannerConfig, PlannerModel } from '#lib/plugin-api';
import { MatrixSettings, PluginSelection } from '../config.interface.js';
import { plainObject } from '../options/plain-value.js';
import { MatrixOptions } from '../options/routing.options.js';
import { PlannerCheck, PlannerVerdict } from '../planner-check.interface.js';
import { compareBytes } from '../yaml/compare-bytes.js';
import { nodeAt } from '../yaml/config-node.interface.js';
import { KeyPath } from '../yaml/key-path.js';
import { CheckContext, Report } from './check-context.js';
import { resolveGroups } from './group-checks.js';
import { NameIndex } from './name-index.js';
import { RoutingStyle } from './routing-style.js';

/** The planner that was chosen, with settings that have been checked. */
export interface CheckedPlanner extends PluginSelection {
  /** Whether models may be resident at once, where the planner can tell. */
  readonly canRunTogether: PlannerVerdict['canRunTogether'];
}

/** What routing is checked with besides the options. */
export interface RoutingContext {
  readonly context: CheckContext;
  readonly names: NameIndex;
  readonly checkPlanner: PlannerCheck | undefined;
}

/** Checks the settings of the chosen planner as errors, those of the others as warnings. */
export function checkPlannerSettings(style: RoutingStyle, routing: RoutingContext): CheckedPlanner {
  const { context } = routing;
  if (style.use === 'group') {
    if (style.matrix) checkUnused(style, routing);
    return checkGroups(style, routing, context.error);
  }
  if (style.use === 'matrix' && style.matrix) {
    if (style.groups.size > 0) checkUnused(style, routing);
    return checkMatrix(style, { ...routing, report: context.error });
  }
  const settings = settingsOf(style.use, context);
  const path = ['routing', 'router', 'settings', style.use];
  const verdict = ask({ use: style.use, settings, path }, { ...routing, report: context.error });
  return { use: style.use, settings, canRunTogether: verdict?.canRunTogether };
}

function checkGroups(style: RoutingStyle, routing: RoutingContext, error: Report): CheckedPlanner {
  const { context, names } = routing;
  const { options, warn } = context;
  const groups = resolveGroups(style.groups, {
    options,
    names,
    path: style.groupsPath,
    error,
    warn,
  });
  return { use: 'group', settings: { groups }, canRunTogether: undefined };
}

interface ReportingContext extends RoutingContext {
  readonly report: Report;
}

function checkMatrix(style: RoutingStyle, routing: ReportingContext): CheckedPlanner {
  const matrix = style.matrix!;
  const path = style.matrixPath;
  if (matrix.sets.size === 0) {
    const where = nodeAt(routing.context.root, ...path.map(String), 'sets')
      ? [...path, 'sets']
      : path;
    routing.report(where, 'matrix needs at least one set under sets, such as all: a & b');
    return { use: 'matrix', settings: matrix, canRunTogether: undefined };
  }
  const verdict = ask({ use: 'matrix', settings: matrix, path }, routing);
  const settings = resolveMatrix(matrix);
  return { use: 'matrix', settings, canRunTogether: verdict?.canRunTogether };
}

/** Costs by model id: a cost given by id counts more than one given by variable. */
function resolveMatrix({ vars, evict_costs: costs, sets }: MatrixOptions): MatrixSettings {
  const byVariable = [...costs].filter(([name]) => vars.has(name));
  const byId = [...costs].filter(([name]) => !vars.has(name));
  const evictCosts = new Map(byVariable.map(([name, cost]) => [vars.get(name)!, cost]));
  for (const [id, cost] of byId) evictCosts.set(id, cost);
  return { vars, evictCosts, sets };
}

/** A block that is there and not selected has no effect, so what is wrong with it is a warning. */
function checkUnused(style: RoutingStyle, routing: RoutingContext): void {
  const { context } = routing;
  const [key, path] =
    style.use === 'matrix' ? ['groups', style.groupsPath] : ['matrix', style.matrixPath];
  const other = style.use === 'matrix' ? 'group' : 'matrix';
  context.warn(path, `${key} has no effect: routing.router.use is ${style.use}, not ${other}`);
  if (other === 'group') checkGroups(style, routing, context.warn);
  else checkMatrix(style, { ...routing, report: context.warn });
}

interface Question extends PluginSelection {
  readonly path: KeyPath;
}

function ask(question: Question, routing: ReportingContext): PlannerVerdict | null {
  const { use, settings, path } = question;
  if (!routing.checkPlanner) return null;
  const verdict = routing.checkPlanner(use, plannerConfig(settings, routing));
  if (verdict === null) {
    const message = `there is no planner called ${JSON.stringify(use)}`;
    routing.report(['routing', 'router', 'use'], message);
  }
  for (const problem of verdict?.problems ?? []) {
    routing.report([...path, ...splitPath(problem.path)], problem.message);
  }
  return verdict;
}

function plannerConfig(settings: unknown, { context, names }: RoutingContext): PlannerConfig {
  const models: PlannerModel[] = [...context.options.models.keys()]
    .toSorted(compareBytes)
    .map((id) => ({ id, memory: context.options.models.get(id)!.memory }));
  return { models, settings, resolve: (name) => names.local(name) };
}

/** Settings of a planner stand under its name. */
function settingsOf(use: string, { root }: CheckContext): unknown {
  const node = nodeAt(root, 'routing', 'router', 'settings', use);
  return node?.kind === 'map' ? plainObject(node.entries) : {};
}

/** `sets.combo` and `groups.big.members[1]` as steps; only the first dot separates a name. */
export function splitPath(path: string): (string | number)[] {
  if (path === '') return [];
  const [section, ...name] = path.split('.');
  return name.length === 0 ? [section!] : [section!, name.join('.')];
}
