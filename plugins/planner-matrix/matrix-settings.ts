import { PlannerConfig, PluginConfigError, PluginConfigProblem } from '#lib/plugin-api';
import { checkCircles } from './circles.js';
import { Expression, ExpressionSyntaxError } from './expression.js';
import { parseExpression } from './parse.js';
import { CheckedSets } from './program.js';

/** Validated settings of the planner. */
export interface CheckedMatrix extends CheckedSets {
  /** Eviction cost by model id; models without one cost 1. */
  readonly costs: ReadonlyMap<string, number>;
}

const NOT_KNOWN = 'is neither a var nor a model id';
const VAR_NAME = /^[A-Za-z0-9.-]{1,32}$/;

/**
 * Checks the settings `vars`, `evict_costs` and `sets`, given as Maps or plain objects. `evictCosts`
 * is accepted too; there a model id is looked up before a var, in `evict_costs` after it.
 *
 * @throws PluginConfigError with every problem: of the sets' presence, then of vars, costs,
 * expressions in their order, and circles.
 */
export function checkMatrix({ models, settings, resolve }: PlannerConfig): CheckedMatrix {
  return new MatrixChecker(new Set(models.map(({ id }) => id)), resolve).check(settings);
}

class MatrixChecker {
  private readonly problems: PluginConfigProblem[] = [];
  private readonly vars = new Map<string, string>();

  constructor(
    private readonly models: ReadonlySet<string>,
    private readonly resolve: (name: string) => string | null,
  ) {}

  check(settings: unknown): CheckedMatrix {
    const section = this.mapping(settings, '') ?? new Map<string, unknown>();
    const sets = this.mapping(section.get('sets'), 'sets');
    if (sets?.size === 0) {
      this.problem('sets', 'no-sets', 'there must be at least one set, for example "all: a & b"');
    }
    this.checkVars(section.get('vars'));
    const costs = new Map<string, number>();
    this.checkCosts(section.get('evict_costs'), { key: 'evict_costs', costs });
    this.checkCosts(section.get('evictCosts'), { key: 'evictCosts', costs });
    const expressions = this.checkSets(sets ?? new Map());
    this.problems.push(...checkCircles(expressions));
    if (this.problems.length > 0) throw new PluginConfigError(this.problems);
    return { expressions, costs, modelOf: (name) => this.vars.get(name) ?? name };
  }

  private checkVars(value: unknown): void {
    for (const [name, model] of this.mapping(value, 'vars') ?? []) {
      const path = `vars.${name}`;
      if (!VAR_NAME.test(name)) {
        this.problem(
          path,
          'bad-var-name',
          `"${name}" cannot be the name of a var: allowed are 1 to 32 of A-Z, a-z, 0-9, "-" and "."`,
        );
      } else if (typeof model !== 'string' || !this.models.has(model)) {
        this.problem(
          path,
          'var-unknown-model',
          `var ${name} must name a model id, not ${JSON.stringify(model)}${this.aliasHint(model)}`,
        );
      } else this.vars.set(name, model);
    }
  }

  private checkCosts(
    value: unknown,
    { key, costs }: { key: 'evict_costs' | 'evictCosts'; costs: Map<string, number> },
  ): void {
    const entries = [...(this.mapping(value, key) ?? [])];
    const isDirect = (name: string): boolean =>
      this.models.has(name) && (key === 'evictCosts' || !this.vars.has(name));
    // A model named by var and by id gets the cost that is given for its id.
    const sorted = entries.toSorted(([a], [b]) => Number(isDirect(a)) - Number(isDirect(b)));
    const accepted = new Map<string, number>();
    for (const [name, cost] of entries) {
      if (this.checkCost(`${key}.${name}`, name, cost)) accepted.set(name, Math.trunc(cost));
    }
    for (const [name] of sorted) {
      const cost = accepted.get(name);
      if (cost !== undefined) costs.set(isDirect(name) ? name : this.vars.get(name)!, cost);
    }
  }

  private checkCost(path: string, name: string, cost: unknown): cost is number {
    if (!this.vars.has(name) && !this.models.has(name)) {
      this.problem(
        path,
        'cost-unknown-name',
        `evict_costs: ${name} ${NOT_KNOWN}${this.aliasHint(name)}`,
      );
      return false;
    }
    if (typeof cost === 'number' && Math.trunc(cost) >= 1 && Number.isFinite(cost)) return true;
    this.problem(
      path,
      'cost-not-positive',
      `the evict_cost of ${name} must be a positive whole number, not ${JSON.stringify(cost)}`,
    );
    return false;
  }

  private checkSets(sets: ReadonlyMap<string, unknown>): Map<string, Expression> {
    const expressions = new Map<string, Expression>();
    for (const [name, text] of sets) {
      const expression = this.checkSyntax(name, text);
      if (expression && this.checkNames(name, { expression, sets })) {
        expressions.set(name, expression);
      }
    }
    return expressions;
  }

  private checkSyntax(name: string, value: unknown): Expression | null {
    const text = typeof value === 'number' || typeof value === 'boolean' ? `${value}` : value;
    if (typeof text !== 'string' && text !== null && text !== undefined) {
      this.problem(`sets.${name}`, 'not-text', `set ${name} must be an expression in one text`);
      return null;
    }
    try {
      return parseExpression(text ?? '');
    } catch (error) {
      if (!(error instanceof ExpressionSyntaxError)) throw error;
      this.problem(`sets.${name}`, error.kind, `set ${name}: ${error.message}`);
      return null;
    }
  }

  private checkNames(
    set: string,
    { expression, sets }: { expression: Expression; sets: ReadonlyMap<string, unknown> },
  ): boolean {
    const before = this.problems.length;
    const path = `sets.${set}`;
    for (const name of expression.names) {
      if (this.vars.has(name) || this.models.has(name)) continue;
      this.problem(path, 'unknown-name', `set ${set}: ${name} ${NOT_KNOWN}${this.aliasHint(name)}`);
    }
    for (const name of expression.references) {
      if (sets.has(name)) continue;
      this.problem(
        path,
        'undefined-set',
        `set ${set} refers to +${name}, but no set is called ${name}`,
      );
    }
    return this.problems.length === before;
  }

  private aliasHint(name: unknown): string {
    const known = typeof name === 'string' ? this.resolve(name) : null;
    const isAlias = known !== null && known !== name;
    return isAlias ? `; it is an alias, write the model id ${known}` : '';
  }

  private mapping(value: unknown, path: string): ReadonlyMap<string, unknown> | null {
    if (value === undefined || value === null) return new Map();
    if (value instanceof Map) return value as ReadonlyMap<string, unknown>;
    if (typeof value === 'object' && !Array.isArray(value)) return new Map(Object.entries(value));
    this.problem(path, 'not-a-mapping', `${path || 'matrix'} must be a mapping of names to values`);
    return null;
  }

  private problem(path: string, kind: string, message: string): void {
    this.problems.push({ path, kind, message });
  }
}
