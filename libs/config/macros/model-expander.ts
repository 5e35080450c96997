import { hasCommentInQuotes } from '../command/command-doubts.js';
import { withoutCommentLines } from '../command/command-lines.js';
import { ProblemList } from '../sources/problem-list.js';
import {
  ConfigNode,
  isNull,
  MapEntry,
  MapNode,
  ScalarNode,
} from '../yaml/config-node.interface.js';
import { KeyPath } from '../yaml/key-path.js';
import { integerContent, textContent } from '../yaml/scalar-content.js';
import { explainLeftover } from './explain-leftover.js';
import { settleLeftovers } from './leftovers.js';
import { Macro, macroReference } from './macro.js';
import { readMacros } from './macro-declarations.js';
import { PortAllocator } from './port-allocator.js';
import { overlayMacros, Substitution } from './substitution.js';

const PORT = macroReference('PORT');
const DEFAULT_PROXY = `http://localhost:${PORT}`;
const WINDOWS_STOP = 'taskkill /f /t /pid ${PID}';
const LAST_PORT = 65_535;

/** What the models of one configuration share. */
export interface ModelExpanderOptions {
  readonly problems: ProblemList;
  readonly platform: NodeJS.Platform;
  readonly macros: readonly Macro[];
  /** Names that single models declare, with the first such model. */
  readonly ofModels: ReadonlyMap<string, string>;
  readonly refused: ReadonlySet<string>;
  readonly allocator: PortAllocator;
  /** Receives each port that is handed out. */
  readonly ports: Map<string, number>;
}

/** Expands one model after the other: macros, then the port, then the search for what is left. */
export class ModelExpander {
  constructor(private readonly options: ModelExpanderOptions) {}

  /** The entry of `models` without macros; entries that are no mapping stay as they are. */
  expand(id: string, entry: MapEntry): MapEntry {
    if (entry.node.kind !== 'map') return entry;
    const { problems, macros, ofModels, refused } = this.options;
    const own = readMacros(entry.node.entries.get('macros')?.node, `models.${id}.macros`, problems);
    const base: Macro[] = [{ name: 'MODEL_ID', content: textContent(id) }, ...macros];
    const scope = overlayMacros(base, own.macros);
    const substitution = new Substitution(scope);
    const prepared = this.withDefaults(this.withoutComments(entry.node, id), entry);
    const substituted = this.substitute(prepared, substitution, id);
    const withPort = this.assignPort(substituted, entry, id);
    const node = settleLeftovers(withPort, ['models', id], {
      problems,
      refused: new Set([...refused, ...own.refused]),
      explain: (name) => explainLeftover(name, { scope, ofModels, reserved }),
      stays: (name, path) => name === 'PID' && path.length === 3 && path[2] === 'cmdStop',
      skip: (path) => path.length === 3 && path[2] === 'macros',
      searchKeys: isVariants,
    });
    return { ...entry, node };
  }

  private withoutComments(model: MapNode, id: string): MapNode {
    let result = model;
    for (const key of ['cmd', 'cmdStop']) {
      const node = model.entries.get(key)?.node;
      if (node?.kind !== 'scalar' || node.type !== 'text' || !node.text.includes('#')) continue;
      if (hasCommentInQuotes(node.text, this.options.platform)) {
        const message = 'has a line inside quotes that begins with "#": it is dropped all the same';
        this.options.problems.warn(node.place, `models.${id}.${key}`, message);
      }
      result = withEntry(result, key, { ...node, ...textContent(withoutCommentLines(node.text)) });
    }
    return result;
  }

  private withDefaults(model: MapNode, { keyPlace }: MapEntry): MapNode {
    const entries = new Map(model.entries);
    const place = entries.get('cmd')?.keyPlace ?? keyPlace;
    const setDefault = (key: string, text: string): void => {
      if (!isNull(entries.get(key)?.node)) return;
      const node: ScalarNode = { kind: 'scalar', place, ...textContent(text) };
      entries.set(key, { keyPlace: place, anchored: false, node });
    };
    setDefault('proxy', DEFAULT_PROXY);
    if (this.options.platform === 'win32') setDefault('cmdStop', WINDOWS_STOP);
    return { ...model, entries };
  }

  private substitute(model: MapNode, substitution: Substitution, id: string): MapNode {
    const entries = new Map<string, MapEntry>();
    for (const [key, entry] of model.entries) {
      const node = key === 'macros' ? entry.node : substitution.apply(entry.node);
      entries.set(key, { ...entry, node });
    }
    return this.substituteVariants({ ...model, entries }, substitution, id);
  }

  /** The keys of `filters.setParamsByID` are the only ones that are substituted. */
  private substituteVariants(model: MapNode, substitution: Substitution, id: string): MapNode {
    const filters = model.entries.get('filters');
    const variants = filters?.node.kind === 'map' && filters.node.entries.get('setParamsByID');
    if (!filters || filters.node.kind !== 'map' || !variants) return model;
    if (variants.node.kind !== 'map') return model;
    const renamed = new Map<string, MapEntry>();
    for (const [key, entry] of variants.node.entries) {
      const name = substitution.text(key);
      if (renamed.has(name)) {
        const message = `two keys are the same, "${name}", after their macros are replaced`;
        const path = `models.${id}.filters.setParamsByID.${key}`;
        this.options.problems.error(entry.keyPlace, path, message);
      } else renamed.set(name, entry);
    }
    const node = { ...variants.node, entries: renamed };
    return withEntry(model, 'filters', withEntry(filters.node, 'setParamsByID', node));
  }

  private assignPort(model: MapNode, entry: MapEntry, id: string): MapNode {
    if (textOf(model, 'cmd').includes(PORT)) {
      const port = this.options.allocator.portFor(id);
      this.options.ports.set(id, port);
      this.checkRange(port, entry, id);
      const content = integerContent(port);
      return this.substitute(model, new Substitution([{ name: 'PORT', content }]), id);
    }
    const proxy = model.entries.get('proxy');
    if (!proxy || !textOf(model, 'proxy').includes(PORT)) return model;
    const cmd = model.entries.get('cmd')?.node;
    if (cmd && cmd.kind !== 'scalar') return withEntry(model, 'proxy', noAddress(proxy));
    const message =
      `proxy uses ${PORT} (by default it is ${DEFAULT_PROXY}), but cmd does not: ` +
      `put ${PORT} into cmd, or give a proxy with a fixed port`;
    this.options.problems.error(proxy.keyPlace, `models.${id}.proxy`, message);
    return withEntry(model, 'proxy', noAddress(proxy));
  }

  private checkRange(port: number, entry: MapEntry, id: string): void {
    if (port >= 1 && port <= LAST_PORT) return;
    const message = `gets port ${port}, which does not exist: lower startPort (ports end at 65535)`;
    this.options.problems.warn(entry.keyPlace, `models.${id}`, message);
  }
}

function withEntry(map: MapNode, key: string, node: ConfigNode): MapNode {
  const entries = new Map(map.entries);
  entries.set(key, { ...map.entries.get(key)!, node });
  return { ...map, entries };
}

/** Stands for a proxy that has been complained about, so that nothing else is said about it. */
function noAddress({ keyPlace }: MapEntry): ScalarNode {
  return { kind: 'scalar', place: keyPlace, ...textContent('http://localhost') };
}

function textOf(map: MapNode, key: string): string {
  const node = map.entries.get(key)?.node;
  return node?.kind === 'scalar' && node.type === 'text' ? node.text : '';
}

function isVariants(path: KeyPath): boolean {
  return path.length === 4 && path[2] === 'filters' && path[3] === 'setParamsByID';
}

function reserved(name: string): string | null {
  if (name === 'PORT') return 'a model gets a port only if its cmd uses it';
  if (name === 'PID') return 'the process id is known in cmdStop only';
  return null;
}
