import { ProblemList } from '../sources/problem-list.js';
import { ConfigNode, isNull, MapEntry, MapNode, nodeAt } from '../yaml/config-node.interface.js';
import { KeyPath } from '../yaml/key-path.js';
import { compareBytes } from '../yaml/compare-bytes.js';
import { explainLeftover, macrosOfModels } from './explain-leftover.js';
import { settleLeftovers } from './leftovers.js';
import { Macro, RESERVED_MACROS } from './macro.js';
import { readMacros } from './macro-declarations.js';
import { ModelExpander } from './model-expander.js';
import { PortAllocator, PortRules } from './port-allocator.js';
import { Substitution } from './substitution.js';

/** The first port when `startPort` is absent or unusable. */
const DEFAULT_START_PORT = 5800;

/** What expansion is done with. */
export interface ExpandOptions {
  readonly problems: ProblemList;
  readonly platform: NodeJS.Platform;
  /** Sections in which unknown macros are errors; others are not read at all. */
  readonly sections: ReadonlySet<string>;
  /** Ports of the configuration that is being replaced. */
  readonly previousPorts?: Omit<PortRules, 'startPort'>;
}

/** A configuration tree without macros. */
export interface ExpandedTree {
  readonly root: MapNode;
  /** Global macros in order of declaration. */
  readonly macros: readonly Macro[];
  /** Ports that were handed out, by model id. */
  readonly ports: ReadonlyMap<string, number>;
}

/** Replaces macros and `${PORT}` in the whole tree and reports what is left of them. */
export function expandTree(root: MapNode, options: ExpandOptions): ExpandedTree {
  const { problems, sections } = options;
  const { macros, refused } = readMacros(nodeAt(root, 'macros'), 'macros', problems);
  const substitution = new Substitution(macros);
  const ofModels = macrosOfModels(nodeAt(root, 'models'));
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of root.entries) {
    const isPlain = sections.has(key) && key !== 'macros' && key !== 'models';
    const node = isPlain ? expandSection(entry.node, [key], substitution) : entry.node;
    entries.set(key, { ...entry, node });
  }
  const ports = new Map<string, number>();
  const models = entries.get('models');
  if (models?.node.kind === 'map') {
    const startPort = startPortOf(entries.get('startPort')?.node);
    const allocator = new PortAllocator({ startPort, ...options.previousPorts });
    const expander = new ModelExpander({ ...options, macros, ofModels, refused, allocator, ports });
    entries.set('models', { ...models, node: expandModels(models.node, expander) });
  }
  return { root: { ...root, entries }, macros, ports };

  function expandSection(node: ConfigNode, path: KeyPath, using: Substitution): ConfigNode {
    return settleLeftovers(using.apply(node), path, {
      problems,
      refused,
      explain: (name) => explainLeftover(name, { scope: macros, ofModels, reserved }),
    });
  }
}

function reserved(name: string): string | null {
  return RESERVED_MACROS.has(name) ? `${name} has a value only under models` : null;
}

function startPortOf(node: ConfigNode | undefined): number {
  if (node === undefined || isNull(node) || node.kind !== 'scalar') return DEFAULT_START_PORT;
  const { value } = node;
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.trunc(value)
    : DEFAULT_START_PORT;
}

/** Ports are handed out in byte order of the ids; the definitions keep their own order. */
function expandModels(models: MapNode, expander: ModelExpander): MapNode {
  const expanded = new Map<string, MapEntry>();
  for (const id of [...models.entries.keys()].toSorted(compareBytes)) {
    expanded.set(id, expander.expand(id, models.entries.get(id)!));
  }
  const entries = new Map<string, MapEntry>();
  for (const id of models.entries.keys()) entries.set(id, expanded.get(id)!);
  return { ...models, entries };
}
