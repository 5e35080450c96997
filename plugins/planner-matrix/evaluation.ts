import { Choice, insertChoice, join } from './frontier.js';
import { MaskAlgebra } from './mask.js';
import { Program, ProgramNode, ProgramSet } from './program.js';

/**
 * Most choices kept per node. Choices can multiply only where the same running models occur in
 * several places, and up to 10 of these can never exceed this. Beyond it the choices that keep most
 * are followed: the answer is allowed by the sets, though perhaps not the cheapest.
 */
const MAX_CHOICES = 256;

/** What one decision looks at. */
export interface Relevant<Mask> {
  readonly algebra: MaskAlgebra<Mask>;
  /** Masks of the models that matter: the wanted one and the running ones. */
  readonly bits: ReadonlyMap<string, Mask>;
  /** What keeping all models of a mask is worth. */
  readonly value: (mask: Mask) => number;
}

/**
 * Evaluates sets for one decision without expanding them: every choice is projected onto the
 * relevant models, a choice within another is dropped, and where the models of a part occur nowhere
 * else in the expression only its best choice is followed (worth adds up there, so no other choice
 * can end up better). Remembers what it has evaluated; lives for one decision.
 */
export class Evaluation<Mask> {
  private readonly known = new Map<string, readonly Choice<Mask>[]>();
  private readonly supports = new Map<ProgramSet, readonly Mask[]>();

  constructor(
    private readonly program: Program,
    private readonly relevant: Relevant<Mask>,
  ) {}

  /**
   * The choices of one set, none within another, in order of traversal.
   *
   * @param position position of the set in the program.
   * @param alone whether the set stands alone, so that its parts may be reduced to their best.
   */
  choices(position: number, alone = true): readonly Choice<Mask>[] {
    const key = `${position}${alone ? '' : '+'}`;
    const known = this.known.get(key);
    if (known) return known;
    const choices = this.evaluate(this.program[position]!, alone);
    this.known.set(key, choices);
    return choices;
  }

  private evaluate(set: ProgramSet, alone: boolean): readonly Choice<Mask>[] {
    const { algebra } = this.relevant;
    const support = this.support(set);
    const outside = alone ? this.outside(set, support) : null;
    const results: (readonly Choice<Mask>[])[] = [];
    for (const [index, node] of set.nodes.entries()) {
      const isClosed = outside !== null && !algebra.overlaps(support[index]!, outside[index]!);
      const choices = this.evaluateNode(node, { results, isClosed });
      results.push(this.reduce(choices, isClosed));
    }
    return results.at(-1)!;
  }

  private evaluateNode(
    node: ProgramNode,
    { results, isClosed }: { results: readonly (readonly Choice<Mask>[])[]; isClosed: boolean },
  ): readonly Choice<Mask>[] {
    const { algebra, bits } = this.relevant;
    if (node.kind === 'model') {
      return [{ mask: bits.get(node.model) ?? algebra.none, origin: node.model }];
    }
    if (node.kind === 'set') return this.choices(node.set, isClosed);
    const parts = node.children.map((child) => results[child]!);
    if (node.kind === 'all') return parts.reduce((left, right) => this.combine(left, right));
    const frontier: Choice<Mask>[] = [];
    for (const choice of parts.flat()) insertChoice(algebra, frontier, choice);
    return frontier;
  }

  private combine(
    left: readonly Choice<Mask>[],
    right: readonly Choice<Mask>[],
  ): readonly Choice<Mask>[] {
    let frontier: Choice<Mask>[] = [];
    for (const outer of left) {
      if (frontier.length > MAX_CHOICES) frontier = [...this.reduce(frontier, false)];
      for (const inner of right) {
        insertChoice(this.relevant.algebra, frontier, join(this.relevant.algebra, outer, inner));
      }
    }
    return this.reduce(frontier, false);
  }

  private reduce(choices: readonly Choice<Mask>[], isClosed: boolean): readonly Choice<Mask>[] {
    const limit = isClosed ? 1 : MAX_CHOICES;
    if (choices.length <= limit) return choices;
    const { value } = this.relevant;
    const ranked = choices.map((choice, order) => ({ choice, order, worth: value(choice.mask) }));
    return ranked
      .toSorted((left, right) => right.worth - left.worth || left.order - right.order)
      .slice(0, limit)
      .toSorted((left, right) => left.order - right.order)
      .map(({ choice }) => choice);
  }

  /** Per node: the relevant models that occur in it, references followed. */
  private support(set: ProgramSet): readonly Mask[] {
    const known = this.supports.get(set);
    if (known) return known;
    const { algebra, bits } = this.relevant;
    const support: Mask[] = [];
    for (const node of set.nodes) {
      if (node.kind === 'model') support.push(bits.get(node.model) ?? algebra.none);
      else if (node.kind === 'set') support.push(this.support(this.program[node.set]!).at(-1)!);
      else {
        const parts = node.children.map((child) => support[child]!);
        support.push(parts.reduce((left, right) => algebra.union(left, right), algebra.none));
      }
    }
    this.supports.set(set, support);
    return support;
  }

  /** Per node: the relevant models that occur in the set outside this node. */
  private outside(set: ProgramSet, support: readonly Mask[]): readonly Mask[] {
    const { algebra } = this.relevant;
    const outside = support.map(() => algebra.none);
    for (let index = set.nodes.length - 1; index >= 0; index -= 1) {
      const node = set.nodes[index]!;
      if (node.kind !== 'all' && node.kind !== 'any') continue;
      spread(algebra, node.children, { support, outside, above: outside[index]! });
    }
    return outside;
  }
}

/** Gives each child what its parent and its siblings mention. */
function spread<Mask>(
  algebra: MaskAlgebra<Mask>,
  children: readonly number[],
  { support, outside, above }: { support: readonly Mask[]; outside: Mask[]; above: Mask },
): void {
  let before = above;
  for (const child of children) {
    outside[child] = before;
    before = algebra.union(before, support[child]!);
  }
  let after = algebra.none;
  for (const child of children.toReversed()) {
    outside[child] = algebra.union(outside[child]!, after);
    after = algebra.union(after, support[child]!);
  }
}
