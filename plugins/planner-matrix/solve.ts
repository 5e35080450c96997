import { Evaluation } from './evaluation.js';
import { originModels } from './frontier.js';
import { BIGINT_MASKS, MaskAlgebra, NUMBER_MASK_BITS, NUMBER_MASKS } from './mask.js';
import { Program } from './program.js';

/** One allowed combination that contains the wanted model. */
export interface Solution {
  /** Name of the set. */
  readonly set: string;
  /** Running models outside the combination, in the order in which they were given. */
  readonly evict: readonly string[];
  /** Sum of the costs of what is evicted. */
  readonly cost: number;
  /** The whole combination in byte order of ids. */
  readonly members: readonly string[];
}

/** What {@link solve} is asked. */
export interface SolveQuestion {
  readonly target: string;
  /** Running models without the target. */
  readonly running: readonly string[];
  /** Cost of evicting a model; at least 1. */
  readonly cost: (model: string) => number;
}

/** Most alternatives that are reported. */
const MAX_SOLUTIONS = 16;

/** The cheapest combinations with the target, best first; empty when no set contains it. */
export function solve(program: Program, question: SolveQuestion): Solution[] {
  return question.running.length < NUMBER_MASK_BITS
    ? solveWith(NUMBER_MASKS, program, question)
    : solveWith(BIGINT_MASKS, program, question);
}

/** The first set that allows all these models at once, or null. */
export function firstSetWith(program: Program, models: readonly string[]): string | null {
  return models.length <= NUMBER_MASK_BITS
    ? firstSetOf(NUMBER_MASKS, program, models)
    : firstSetOf(BIGINT_MASKS, program, models);
}

function solveWith<Mask>(
  algebra: MaskAlgebra<Mask>,
  program: Program,
  { target, running, cost }: SolveQuestion,
): Solution[] {
  const wanted = algebra.bit(running.length);
  const weights = running.map((model, index) => ({ mask: algebra.bit(index), worth: cost(model) }));
  const bits = new Map(running.map((model, index) => [model, algebra.bit(index)]));
  bits.set(target, wanted);
  // The wanted model is worth more than everything else together.
  const total = weights.reduce((sum, { worth }) => sum + worth, 0);
  weights.push({ mask: wanted, worth: total + 1 });
  const evaluation = new Evaluation(program, { algebra, bits, value: valueBy(algebra, weights) });
  const found: (Omit<Solution, 'members'> & { readonly members: () => string[] })[] = [];
  for (const [position, set] of program.entries()) {
    if (!set.models.has(target)) continue;
    for (const { mask, origin } of evaluation.choices(position)) {
      if (!algebra.covers(mask, wanted)) continue;
      const evict = running.filter((_, index) => !algebra.covers(mask, weights[index]!.mask));
      const price = evict.reduce((sum, model) => sum + cost(model), 0);
      found.push({ set: set.name, evict, cost: price, members: () => originModels(origin) });
    }
  }
  // A stable sort: of equal prices the earlier set, then the earlier choice, stays first.
  return found
    .toSorted((left, right) => left.cost - right.cost)
    .slice(0, MAX_SOLUTIONS)
    .map((solution) => Object.assign(solution, { members: solution.members() }));
}

function firstSetOf<Mask>(
  algebra: MaskAlgebra<Mask>,
  program: Program,
  models: readonly string[],
): string | null {
  const weights = models.map((_, index) => ({ mask: algebra.bit(index), worth: 1 }));
  const bits = new Map(models.map((model, index) => [model, algebra.bit(index)]));
  const all = weights
    .map(({ mask }) => mask)
    .reduce((left, right) => algebra.union(left, right), algebra.none);
  const evaluation = new Evaluation(program, { algebra, bits, value: valueBy(algebra, weights) });
  const position = program.findIndex(
    (set, index) =>
      models.every((model) => set.models.has(model)) &&
      evaluation.choices(index).some(({ mask }) => algebra.covers(mask, all)),
  );
  return position < 0 ? null : program[position]!.name;
}

function valueBy<Mask>(
  algebra: MaskAlgebra<Mask>,
  weights: readonly { readonly mask: Mask; readonly worth: number }[],
): (mask: Mask) => number {
  return (mask) =>
    weights.reduce(
      (sum, weight) => (algebra.covers(mask, weight.mask) ? sum + weight.worth : sum),
      0,
    );
}
