import assert from 'node:assert/strict';
import { compareIds } from '../compare-ids.js';
import { DeviceBytes } from '../model-state.js';
import { readPluginMetadata } from '../plugin.decorators.js';
import {
  Planner,
  PlannerPlugin,
  PlanQuestion,
  PluginConfigError,
  ResidentModel,
} from '../planner.interface.js';
import { SeededRandom } from './seeded-random.js';
import { TestRunner } from './test-runner.interface.js';

/** A planner under test. */
export interface PlannerSubject {
  /** Name given to `@SwapPlanner`. */
  readonly name: string;
  readonly create: () => PlannerPlugin;
  /** Configurations that it accepts; give one per feature. */
  readonly accepts: readonly PlannerExample[];
  /** Configurations that it refuses. */
  readonly refuses?: readonly PlannerExample[];
}

/** A configuration for a planner, in short. */
export interface PlannerExample {
  /** What is special about it. */
  readonly about: string;
  /** Model ids. */
  readonly models: readonly string[];
  readonly settings: unknown;
  /** Memory needs by model id. */
  readonly memory?: Readonly<Record<string, DeviceBytes>>;
  /** Part of the situation that all questions share, for example the devices. */
  readonly situation?: Partial<PlanQuestion>;
}

const QUESTIONS = 200;

/**
 * The contract of a swap planner as a test-suite: its plans are pure, never name the target
 * or strangers, and suffice.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 * describePlanner({ describe, it }, {
 *   name: 'one-at-a-time',
 *   create: () => new OneAtATimePlugin(),
 *   accepts: [{ about: 'three models', models: ['a', 'b', 'c'], settings: {} }],
 * });
 * ```
 */
export function describePlanner({ describe, it }: TestRunner, subject: PlannerSubject): void {
  describe(`planner ${subject.name} keeps the contract`, () => {
    it('is marked as a planner of its name', () => {
      const metadata = readPluginMetadata(subject.create().constructor);
      assert.deepEqual([metadata?.kind, metadata?.name], ['planner', subject.name]);
    });

    for (const example of subject.accepts) describeAccepted({ describe, it }, subject, example);

    for (const example of subject.refuses ?? []) {
      it(`refuses ${example.about} and says what is wrong`, () => {
        assert.throws(() => plannerFor(subject, example), isUseful);
      });
    }
  });
}

function describeAccepted(
  { describe, it }: TestRunner,
  subject: PlannerSubject,
  example: PlannerExample,
): void {
  describe(`with ${example.about}`, () => {
    for (const { promise, check } of PROMISES) {
      it(promise, () => {
        const planner = plannerFor(subject, example);
        for (let seed = 0; seed < QUESTIONS; seed += 1) check(planner, questionOf(example, seed));
      });
    }

    it('lets a model run alone', () => {
      const planner = plannerFor(subject, example);
      for (const target of example.models) {
        const { evict } = planner.plan({ ...example.situation, target, resident: [], nowMs: 0 });
        assert.deepEqual(evict, []);
      }
    });
  });
}

interface PlannerPromise {
  readonly promise: string;
  readonly check: (planner: Planner, question: PlanQuestion) => void;
}

/** What holds for every question. */
const PROMISES: readonly PlannerPromise[] = [
  {
    promise: 'evicts resident models only, never the target, each once and in their order',
    check: (planner, question) => {
      const { evict } = planner.plan(question);
      const known = question.resident.map(({ model }) => model);
      const inOrder = known.filter((model) => evict.includes(model));
      assert.ok(!evict.includes(question.target), 'the target is evicted');
      assert.deepEqual(evict, inOrder, explain(question));
    },
  },
  {
    promise: 'answers the same question in the same way, and leaves the question alone',
    check: (planner, question) => {
      const before = JSON.stringify(question);
      const first = planner.plan(question);
      assert.deepEqual(planner.plan(question), first, explain(question));
      assert.equal(JSON.stringify(question), before, 'the question was changed');
    },
  },
  {
    promise: 'wants nobody else gone once its plan has been carried out',
    check: (planner, question) => {
      const { evict } = planner.plan(question);
      const resident = question.resident.filter(({ model }) => !evict.includes(model));
      assert.deepEqual(planner.plan({ ...question, resident }).evict, [], explain(question));
    },
  },
  {
    promise: 'lists the plan as the first of what it weighed',
    check: (planner, question) => {
      const { evict, cost, candidates } = planner.plan(question);
      const [first] = candidates ?? [{ evict, cost }];
      assert.deepEqual([first?.evict, first?.cost], [evict, cost], explain(question));
    },
  },
];

function plannerFor(subject: PlannerSubject, example: PlannerExample): Planner {
  const { models, settings, memory } = example;
  return subject.create().createPlanner({
    models: models.toSorted(compareIds).map((id) => ({ id, memory: memory?.[id] ?? null })),
    settings,
    resolve: (name) => (models.includes(name) ? name : null),
  });
}

function questionOf({ models, situation }: PlannerExample, seed: number): PlanQuestion {
  const random = new SeededRandom(seed);
  const resident = random.some(models.toSorted(compareIds), 0.5).map((model): ResidentModel => {
    return {
      model,
      state: random.pick(['ready', 'ready', 'starting', 'stopping', 'stopped'] as const),
      inFlight: random.integer(0, 2),
      waiting: random.integer(0, 2),
      lastUsedMs: random.chance(0.8) ? random.integer(0, 1000) : null,
    };
  });
  return { ...situation, target: random.pick(models), resident, nowMs: 1000 };
}

function isUseful(error: unknown): boolean {
  assert.ok(error instanceof PluginConfigError, 'a PluginConfigError must be thrown');
  assert.ok(error.problems.length > 0, 'there must be at least one problem');
  for (const { message } of error.problems) assert.ok(message.length > 0, 'a problem needs a text');
  return true;
}

function explain({ target, resident }: PlanQuestion): string {
  const models = resident.map(({ model }) => model).join(', ');
  return `asked for ${target} with [${models}] resident`;
}
