import { JwtConfig, NamedKeyConfig } from '../access.interface.js';
import { RoutingConfig } from '../config.interface.js';
import { plainObject } from '../options/plain-value.js';
import { PlannerCheck, SchedulerCheck } from '../planner-check.interface.js';
import { Environment } from '../sources/environment.js';
import { nodeAt } from '../yaml/config-node.interface.js';
import { checkCertificates } from './certificate-check.js';
import { CheckContext } from './check-context.js';
import { checkClassRules } from './class-rules.js';
import { checkJwt } from './jwt-checks.js';
import { checkKeys } from './key-checks.js';
import { checkModels, checkPeers } from './model-checks.js';
import { checkAliases } from './name-checks.js';
import { NameIndex } from './name-index.js';
import { checkPeerNames } from './peer-name-checks.js';
import { resolvePriority } from './priority-checks.js';
import { checkProfiles } from './profile-checks.js';
import { CheckedPlanner, checkPlannerSettings, splitPath } from './routing-checks.js';
import { readRoutingStyle, readScheduler } from './routing-style.js';
import { checkSections } from './section-checks.js';
import { checkSelectors } from './selector-checks.js';
import { checkAudit, checkStore } from './store-check.js';

/** What the checks need from outside. */
export interface CheckOptions {
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  readonly env: Environment;
  readonly checkPlanner?: PlannerCheck;
  readonly checkScheduler?: SchedulerCheck;
  readonly schedulers?: readonly string[];
}

/** What the checks find out on the way. */
export interface CheckFindings {
  readonly namedKeys: readonly NamedKeyConfig[];
  readonly jwt: JwtConfig | null;
  readonly names: NameIndex;
  readonly routing: RoutingConfig;
}

/** Applies every rule to the options as read and reports what breaks one. */
export function checkConfig(context: CheckContext, options: CheckOptions): CheckFindings {
  const names = new NameIndex(context.options);
  checkClassRules(context);
  const namedKeys = checkKeys(context, options);
  const jwt = checkJwt(context, options.cwd);
  checkSections(context);
  checkStore(context, options.cwd);
  checkAudit(context, options.cwd);
  checkModels(context, options.platform);
  checkPeers(context);
  checkCertificates(context, options.cwd);
  checkAliases(context);
  checkPeerNames(context, names);
  warnAboutPreload(context, names);
  const planner = checkRouting(context, names, options.checkPlanner);
  checkSelectors({ context, names, planner });
  checkProfiles(context, names);
  const scheduler = schedulerOf(context, options);
  const priority = resolvePriority(context, names);
  const { use, settings } = planner ?? { use: 'group', settings: {} };
  return { namedKeys, jwt, names, routing: { planner: { use, settings }, scheduler, priority } };
}

function checkRouting(
  context: CheckContext,
  names: NameIndex,
  checkPlanner: PlannerCheck | undefined,
): CheckedPlanner | null {
  const style = readRoutingStyle(context);
  return style === null ? null : checkPlannerSettings(style, { context, names, checkPlanner });
}

function schedulerOf(
  context: CheckContext,
  { schedulers, checkScheduler }: CheckOptions,
): RoutingConfig['scheduler'] {
  const use = readScheduler(context, schedulers);
  const path = ['routing', 'scheduler', 'settings', use];
  const node = nodeAt(context.root, ...path);
  const settings = node?.kind === 'map' ? plainObject(node.entries) : {};
  for (const problem of checkScheduler?.(use, settings) ?? []) {
    context.error([...path, ...splitPath(problem.path)], problem.message);
  }
  return { use, settings };
}

function warnAboutPreload(context: CheckContext, names: NameIndex): void {
  context.options.hooks.on_startup.preload.forEach((name, index) => {
    const trimmed = name.trim();
    if (trimmed === '' || names.local(trimmed) !== null) return;
    const path = ['hooks', 'on_startup', 'preload', index];
    context.warn(path, `"${trimmed}" is neither a model nor an alias and is not preloaded`);
  });
}
