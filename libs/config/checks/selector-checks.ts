import { GroupConfig, GroupsSettings } from '../config.interface.js';
import { SelectorOptions, STRATEGIES } from '../options/selector.options.js';
import { KeyPath } from '../yaml/key-path.js';
import { CheckContext } from './check-context.js';
import { NameIndex, NameTarget } from './name-index.js';
import { CheckedPlanner } from './routing-checks.js';

/** What selectors are checked with besides the options. */
export interface SelectorContext {
  readonly context: CheckContext;
  readonly names: NameIndex;
  /** Null when the routing itself is wrong. */
  readonly planner: CheckedPlanner | null;
}

/** Names, strategies and targets of every selector. */
export function checkSelectors(selectors: SelectorContext): void {
  const { context } = selectors;
  for (const [id, selector] of context.options.selectors) {
    const path = ['selectors', id];
    checkName(id, selectors);
    checkStrategy(path, selector, context);
    checkLimit(path, selector, context);
    if (selector.targets.length === 0) {
      context.error([...path, 'targets'], 'must not be empty: name at least one target');
      continue;
    }
    const before = context.errorCount;
    const targets = selector.targets.map((target, index) =>
      checkTarget([...path, 'targets', index], { target, selector, ...selectors }),
    );
    if (selector.strategy === 'spillover' && context.errorCount === before) {
      checkSpillover(path, { targets, ...selectors });
    }
  }
}

function checkName(id: string, { context, names }: SelectorContext): void {
  const path = ['selectors', id];
  if (id.trim() === '') context.error(path, 'selectors must not have an empty name');
  else if (context.options.models.has(id)) {
    context.error(path, `conflicts with the model "${id}": give the selector another name`);
  } else if (names.aliases.has(id)) {
    const model = names.aliases.get(id)!;
    context.error(path, `conflicts with "${id}", an alias or variant of model ${model}`);
  }
}

function checkStrategy(path: KeyPath, { strategy }: SelectorOptions, context: CheckContext): void {
  const words = STRATEGIES.join(', ');
  if (strategy === '') context.error([...path, 'strategy'], `is required, one of: ${words}`);
  else if (!STRATEGIES.some((known) => known === strategy)) {
    context.error(
      [...path, 'strategy'],
      `must be one of: ${words}; is ${JSON.stringify(strategy)}`,
    );
  }
}

function checkLimit(path: KeyPath, selector: SelectorOptions, context: CheckContext): void {
  const { spillover } = selector.settings;
  if (selector.strategy !== 'spillover' || spillover >= 1) return;
  context.error([...path, 'settings', 'spillover'], `must be >= 1, is ${spillover}`);
}

interface TargetContext extends SelectorContext {
  readonly target: string;
  readonly selector: SelectorOptions;
}

function checkTarget(path: KeyPath, checked: TargetContext): NameTarget | null {
  const { target, selector, context, names } = checked;
  const resolved = names.resolve(target);
  if (context.options.selectors.has(target) && names.local(target) === null) {
    context.error(path, `"${target}" is a selector: a target must be a model`);
    return null;
  }
  if (resolved === null) {
    const peers = names.peersOffering(target);
    const reason =
      peers.length > 1
        ? `is offered by the peers ${peers.join(', ')}: write ${peers[0]}/${target}`
        : 'is no model, alias or model of a peer';
    context.error(path, `"${target}" ${reason}`);
    return null;
  }
  if (selector.strategy === 'warm' && resolved.kind === 'peer') {
    context.error(path, `"${target}" is a model of a peer: the targets of warm must be local`);
  }
  return resolved;
}

interface SpilloverContext extends SelectorContext {
  readonly targets: readonly (NameTarget | null)[];
}

function checkSpillover(path: KeyPath, checked: SpilloverContext): void {
  const { targets, context } = checked;
  const seen = new Set<string>();
  targets.forEach((target, index) => {
    const name = nameOf(target);
    if (seen.has(name)) {
      context.error([...path, 'targets', index], `duplicate target: ${name} is there already`);
    }
    seen.add(name);
  });
  const locals = targets.flatMap((target) => (target?.kind === 'local' ? [target.model] : []));
  if (new Set(locals).size > 1) checkTogether(path, [...new Set(locals)], checked);
}

function nameOf(target: NameTarget | null): string {
  if (target === null) return '';
  return target.kind === 'local' ? target.model : `${target.peer}/${target.model}`;
}

function checkTogether(path: KeyPath, models: readonly string[], checked: SpilloverContext): void {
  const { planner, context } = checked;
  if (planner === null) return;
  const list = models.join(', ');
  if (planner.use === 'group') {
    const complaint = groupComplaint(models, (planner.settings as GroupsSettings).groups);
    if (complaint !== null)
      context.error(
        path,
        `its targets ${list} must be in one group with swap: false; ${complaint}`,
      );
    return;
  }
  if (planner.canRunTogether?.(models) ?? true) return;
  const reason =
    planner.use === 'matrix'
      ? 'no matrix set holds them all'
      : `the planner ${planner.use} says no`;
  context.error([...path, 'targets'], `${list} can never run together: ${reason}`);
}

function groupComplaint(
  models: readonly string[],
  groups: ReadonlyMap<string, GroupConfig>,
): string | null {
  const groupOf = (model: string): [string, GroupConfig] | undefined =>
    [...groups].find(([, group]) => group.members.includes(model));
  const first = groupOf(models[0]!);
  if (!first) return null;
  if (first[1].swap) return `group ${first[0]} of ${models[0]} has swap: true`;
  const elsewhere = models.find((model) => !first[1].members.includes(model));
  if (elsewhere === undefined) return null;
  return `${models[0]} is in group ${first[0]} and ${elsewhere} in ${groupOf(elsewhere)?.[0]}`;
}
