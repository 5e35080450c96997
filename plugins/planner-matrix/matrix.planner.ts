import { Plan, Planner, PlanQuestion } from '#lib/plugin-api';
import { CheckedMatrix } from './matrix-settings.js';
import { compile, Program } from './program.js';
import { firstSetWith, Solution, solve } from './solve.js';

/**
 * Keeps the cheapest allowed combination around the wanted model. Sets are upper limits: a model
 * may run with any part of a set that contains it; a model in no set runs alone.
 */
export class MatrixPlanner implements Planner {
  private readonly program: Program;
  private readonly costs: ReadonlyMap<string, number>;
  /** The last decision for each target: most questions come again unchanged. */
  private readonly decided = new Map<string, Decided>();

  constructor(matrix: CheckedMatrix) {
    this.program = compile(matrix);
    this.costs = matrix.costs;
  }

  /** Names of the sets in the order in which ties are decided. */
  get effectiveOrder(): readonly string[] {
    return this.program.map(({ name }) => name);
  }

  plan({ target, resident }: PlanQuestion): Plan {
    const running = resident.map(({ model }) => model);
    const known = this.decided.get(target);
    if (known && isSame(known.running, running)) return known.plan;
    const plan = this.decide(target, running);
    this.decided.set(target, { running, plan });
    return plan;
  }

  canRunTogether(models: readonly string[]): boolean {
    return firstSetWith(this.program, models) !== null;
  }

  private decide(target: string, running: readonly string[]): Plan {
    if (running.includes(target)) return this.stay(running);
    const cost = (model: string): number => this.costs.get(model) ?? 1;
    const solutions = solve(this.program, { target, running, cost });
    const [best] = solutions;
    if (!best) return { evict: running, cost: 0, members: [target] };
    return {
      evict: best.evict,
      choice: best.set,
      cost: best.cost,
      members: best.members,
      candidates: solutions.map(toCandidate),
    };
  }

  private stay(running: readonly string[]): Plan {
    const choice = firstSetWith(this.program, running);
    const plan: Plan = { evict: [], cost: 0, members: running };
    return choice === null ? plan : { ...plan, choice };
  }
}

interface Decided {
  readonly running: readonly string[];
  readonly plan: Plan;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((model, index) => model === b[index]);
}

function toCandidate({ evict, cost, set }: Solution): NonNullable<Plan['candidates']>[number] {
  return { evict, cost, choice: set };
}
