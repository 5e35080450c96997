import { GroupOptions, MatrixOptions } from '../options/routing.options.js';
import { KeyPath } from '../yaml/key-path.js';
import { CheckContext } from './check-context.js';

/** Planners that need no plugin package. */
const BUILT_IN_PLANNERS: readonly string[] = ['group', 'matrix', 'memory'];
/** Schedulers that need no plugin package. */
const BUILT_IN_SCHEDULERS: readonly string[] = ['fair', 'fifo'];

/** Which planner is used, and where the settings of the two classic ones stand. */
export interface RoutingStyle {
  readonly use: string;
  readonly groups: ReadonlyMap<string, GroupOptions>;
  readonly groupsPath: KeyPath;
  readonly matrix: MatrixOptions | null;
  readonly matrixPath: KeyPath;
}

/**
 * Finds out which of the two styles the file uses: top-level `groups` or `matrix`, or
 * `routing.router`. Null when it contradicts itself, which has been reported then.
 */
export function readRoutingStyle(context: CheckContext): RoutingStyle | null {
  const { groups, matrix, routing } = context.options;
  const { use, settings } = routing.router;
  const isLegacy = matrix !== null || groups.size > 0;
  const isNew = use !== '' || settings.matrix !== null || settings.groups.size > 0;
  if (isLegacy && isNew) {
    const message =
      'groups and matrix at the top level cannot stand beside routing.router: ' +
      'move them to routing.router.settings';
    context.error([matrix === null ? 'groups' : 'matrix'], message);
    return null;
  }
  return isLegacy ? legacyStyle(context) : newStyle(context);
}

function legacyStyle(context: CheckContext): RoutingStyle | null {
  const { groups, matrix } = context.options;
  if (matrix !== null && groups.size > 0) {
    context.error(['matrix'], 'groups and matrix are both given: use one of them');
    return null;
  }
  const use = matrix === null ? 'group' : 'matrix';
  return { use, groups, groupsPath: ['groups'], matrix, matrixPath: ['matrix'] };
}

function newStyle(context: CheckContext): RoutingStyle | null {
  const { use, settings } = context.options.routing.router;
  const path = ['routing', 'router', 'use'];
  const at = ['routing', 'router', 'settings'];
  if (use !== '' && !isKnown(use, BUILT_IN_PLANNERS, context)) {
    context.error(path, unknownName(use, BUILT_IN_PLANNERS));
    return null;
  }
  if (use === 'matrix' && settings.matrix === null) {
    context.error(path, 'matrix needs its sets in routing.router.settings.matrix');
    return null;
  }
  const paths = { groupsPath: [...at, 'groups'], matrixPath: [...at, 'matrix'] };
  return { use: use || 'group', groups: settings.groups, matrix: settings.matrix, ...paths };
}

/** Name of the scheduler; an unknown one is reported. */
export function readScheduler(
  context: CheckContext,
  schedulers: readonly string[] | undefined,
): string {
  const { use } = context.options.routing.scheduler;
  const known = [...new Set([...BUILT_IN_SCHEDULERS, ...(schedulers ?? [])])];
  const isGood = schedulers ? known.includes(use) : isKnown(use, known, context);
  if (use !== '' && !isGood) {
    context.error(['routing', 'scheduler', 'use'], unknownName(use, known));
  }
  return use || 'fair';
}

/** Names of plugins are known when the plugins are loaded, so any will do where there are some. */
function isKnown(name: string, builtIn: readonly string[], { options }: CheckContext): boolean {
  return builtIn.includes(name) || options.plugins.length > 0;
}

function unknownName(name: string, builtIn: readonly string[]): string {
  const allowed = builtIn.join(', ');
  return `must be one of: ${allowed}, or the name of a listed plugin; is ${JSON.stringify(name)}`;
}
