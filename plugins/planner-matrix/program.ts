import { Expression } from './expression.js';

/** One node of a compiled set: names are model ids, references are positions of sets. */
export type ProgramNode =
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'set'; readonly set: number }
  | { readonly kind: 'all' | 'any'; readonly children: readonly number[] };

/** One compiled set. */
export interface ProgramSet {
  readonly name: string;
  /** In post-order; the last one is the root. */
  readonly nodes: readonly ProgramNode[];
  /** Every model the expression mentions, references followed. */
  readonly models: ReadonlySet<string>;
}

/**
 * All sets in effective order: as defined, but each one only after the sets it refers to. Immutable;
 * may be shared by any number of decisions.
 */
export type Program = readonly ProgramSet[];

/** Expressions that have been checked: every name and reference is known, nothing is circular. */
export interface CheckedSets {
  readonly expressions: ReadonlyMap<string, Expression>;
  /** Turns a var or model id into a model id. */
  readonly modelOf: (name: string) => string;
}

/** Compiles checked expressions. */
export function compile({ expressions, modelOf }: CheckedSets): Program {
  const order = effectiveOrder(expressions);
  const positions = new Map(order.map((name, position) => [name, position]));
  const program: ProgramSet[] = [];
  for (const name of order) {
    const nodes = expressions.get(name)!.nodes.map((node): ProgramNode => {
      if (node.kind === 'name') return { kind: 'model', model: modelOf(node.name) };
      if (node.kind === 'reference') return { kind: 'set', set: positions.get(node.name)! };
      return node;
    });
    program.push({ name, nodes, models: mentioned(nodes, program) });
  }
  return program;
}

function effectiveOrder(expressions: ReadonlyMap<string, Expression>): string[] {
  const placed = new Set<string>();
  const place = (name: string): void => {
    if (placed.has(name)) return;
    for (const reference of expressions.get(name)!.references) place(reference);
    placed.add(name);
  };
  for (const name of expressions.keys()) place(name);
  return [...placed];
}

function mentioned(nodes: readonly ProgramNode[], earlier: Program): Set<string> {
  const models = new Set<string>();
  for (const node of nodes) {
    if (node.kind === 'model') models.add(node.model);
    if (node.kind === 'set') for (const model of earlier[node.set]!.models) models.add(model);
  }
  return models;
}
