import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#lib/plugin-api/testing';
import { differences, readTraces, simulate, Trace, TraceInput } from '#lib/router';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { FifoModel, ModelPlanner } from './support/fifo-model.js';

/** Random traces per configuration kind. */
const COUNT = Number(process.env['DROVER_TEST_TRACES'] ?? 1500);

const planners = { group: new GroupPlannerPlugin(), matrix: new MatrixPlannerPlugin() };
const scheduler = new FifoSchedulerPlugin();
const folder = join(import.meta.dirname, 'fixtures', 'routing');
const fixtures = readdirSync(folder)
  .toSorted()
  .flatMap((name) => readTraces(readFileSync(join(folder, name), 'utf8'), name))
  .filter(({ parity, config }) => parity !== 'defect' && config.router === 'group');

interface Group {
  readonly swap?: boolean;
  readonly exclusive?: boolean;
  readonly persistent?: boolean;
  readonly members: readonly string[];
}

/** Rules of groups: the members of a swap group push each other out, exclusive ones others, too. */
function groupPlanner(groups: Record<string, Group>, models: readonly string[]): ModelPlanner {
  const grouped = Object.values(groups).flatMap(({ members }) => members);
  const rest = { members: models.filter((model) => !grouped.includes(model)) };
  const all = [...Object.values(groups), rest];
  const groupOf = (model: string): Group => all.find(({ members }) => members.includes(model))!;
  return (target, live) => {
    const own = groupOf(target);
    return live.filter((model) => {
      const other = groupOf(model);
      if (model === target) return false;
      if (other === own) return own.swap ?? true;
      return (own.exclusive ?? true) && !(other.persistent ?? false);
    });
  };
}

/** Rules of a matrix whose sets are written out, one after the other. */
function setPlanner(
  sets: readonly (readonly string[])[],
  costs: Record<string, number>,
): ModelPlanner {
  return (target, live) => {
    if (live.includes(target)) return [];
    let best: { cost: number; evict: readonly string[] } | null = null;
    for (const set of sets.filter((one) => one.includes(target))) {
      const evict = live.filter((model) => !set.includes(model));
      const cost = evict.reduce((sum, model) => sum + (costs[model] ?? 1), 0);
      if (!best || cost < best.cost) best = { cost, evict };
    }
    return best?.evict ?? live;
  };
}

interface Made {
  readonly trace: Trace;
  readonly planner: ModelPlanner;
}

class TraceMaker {
  private readonly random: SeededRandom;
  private readonly ids: string[];

  constructor(private readonly seed: number) {
    this.random = new SeededRandom(seed);
    this.ids = ['a', 'b', 'c', 'd', 'e'].slice(0, this.random.integer(2, 5));
  }

  make(router: 'group' | 'matrix'): Made {
    const { config, planner } = router === 'group' ? this.groups() : this.matrix();
    const models = Object.fromEntries(this.ids.map((id) => [id, this.model()]));
    const priority = Object.fromEntries(
      this.ids.filter(() => this.chance(0.3)).map((id) => [id, this.random.integer(-2, 9)]),
    );
    const timeout = this.chance(0.15)
      ? { healthCheckTimeoutMs: this.random.integer(1, 8) * 500 }
      : {};
    const world = Object.fromEntries(this.ids.map((id) => [id, this.world()]));
    const trace: Trace = {
      id: `seed ${this.seed}`,
      config: { router, models, priority, ...timeout, ...config },
      world,
      initial: { ready: planner === null ? [] : this.initial(planner) },
      inputs: this.inputs(),
    };
    return { trace, planner };
  }

  private chance(share: number): boolean {
    return this.random.next() < share;
  }

  /** Multiples of 100, so that many things happen at once. */
  private time(most: number): number {
    return this.random.integer(0, most / 100) * 100;
  }

  private model() {
    return {
      ...(this.chance(0.3) && { concurrencyLimit: this.random.integer(1, 3) }),
      ...(this.chance(0.3) && { ttlMs: this.random.integer(1, 6) * 500 }),
      ...(this.chance(0.3) && { unloadTimeoutMs: this.random.integer(1, 9) * 300 }),
    };
  }

  private world() {
    const loadMs = this.time(6000);
    const outcomes = [0, 1, 2].map(() =>
      this.chance(0.25) && loadMs > 0 ? `exit:${this.time(loadMs)}` : 'ok',
    );
    return { loadMs, stopMs: this.time(6000), ...(this.chance(0.4) && { starts: outcomes }) };
  }

  private groups() {
    const groups: Record<string, Group> = {};
    const free = [...this.ids];
    for (const name of ['one', 'two']) {
      if (!this.chance(0.6)) continue;
      const members = free.splice(0, this.random.integer(1, 2));
      if (members.length === 0) continue;
      const [swap, exclusive, persistent] = [this.chance(0.5), this.chance(0.5), this.chance(0.3)];
      groups[name] = { swap, exclusive, persistent, members };
    }
    return { config: { groups }, planner: groupPlanner(groups, this.ids) };
  }

  private matrix() {
    const sets = Array.from({ length: this.random.integer(1, 3) }, () =>
      this.ids.filter(() => this.chance(0.5)),
    ).filter(({ length }) => length > 0);
    if (sets.length === 0) sets.push([this.ids[0]!]);
    const evictCosts = Object.fromEntries(
      this.ids.filter(() => this.chance(0.3)).map((id) => [id, this.random.integer(1, 4)]),
    );
    const named = sets.map((set, index) => ({ name: `s${index}`, dsl: set.join(' & ') }));
    return {
      config: { matrix: { sets: named, evictCosts } },
      planner: setPlanner(sets, evictCosts),
    };
  }

  /** Models that may be ready together. */
  private initial(planner: ModelPlanner): string[] {
    const ready: string[] = [];
    for (const model of this.ids) {
      if (!this.chance(0.4)) continue;
      if (planner(model, ready).length === 0) ready.push(model);
    }
    return ready;
  }

  private inputs(): TraceInput[] {
    const inputs: TraceInput[] = [];
    const count = this.random.integer(3, 25);
    const span = this.random.integer(5, 300) * 100;
    for (let index = 0; index < count; index += 1) inputs.push(this.input(index, span));
    if (this.chance(0.15)) inputs.push({ at: this.time(span), do: 'shutdown' });
    return inputs.toSorted((a, b) => a.at - b.at);
  }

  private input(index: number, span: number): TraceInput {
    const at = this.time(span);
    const kind = this.random.next();
    const model = this.random.pick(this.ids);
    if (kind < 0.05) return { at, do: 'crash', model };
    if (kind < 0.1) {
      const models = this.chance(0.3) ? [] : this.ids.filter(() => this.chance(0.4));
      return { at, do: 'unload', models };
    }
    const request = {
      at,
      do: 'request',
      id: `r${index}`,
      model,
      serviceMs: this.time(4000),
    } as const;
    const known = this.chance(0.02) ? { ...request, model: 'ghost' } : request;
    return this.chance(0.2) ? { ...known, cancelAt: at + this.time(8000) } : known;
  }
}

function deviations({ trace, planner }: Made): string[] {
  const expected = new FifoModel(trace, planner).run();
  const options = { planner: planners[trace.config.router], scheduler };
  return differences(simulate(trace, options), expected);
}

describe('fifo against its rules written down a second time', () => {
  it.each(fixtures)('agrees with $id, which says that the rules are right', (trace) => {
    const groups = (trace.config.groups ?? {}) as Record<string, Group>;
    const planner = groupPlanner(groups, Object.keys(trace.config.models));
    expect(differences(new FifoModel(trace, planner).run(), trace.expect!)).toEqual([]);
  });

  it.each(['group', 'matrix'] as const)(`agrees in ${COUNT} random traces with a %s`, (router) => {
    for (let seed = 1; seed <= COUNT; seed += 1) {
      const made = new TraceMaker(seed).make(router);
      const found = deviations(made);
      if (found.length > 0) console.log(JSON.stringify(made.trace));
      expect({ seed, found }).toEqual({ seed, found: [] });
    }
  });
});
