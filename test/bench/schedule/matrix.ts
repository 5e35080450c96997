import { MatrixPlannerPlugin } from '#plugin/planner-matrix';

/**
 * Times decisions of the matrix planner: `node test/bench/run.mjs schedule/matrix.ts` on the built
 * files. Every case is checked before it is timed.
 */
interface Case {
  readonly name: string;
  readonly groups: readonly (readonly string[])[];
  readonly sets: Readonly<Record<string, string>>;
  readonly running: readonly string[];
  /** How many of the running models must go. */
  readonly evicted: number;
}

const DECISIONS = 2000;

function groupsOf(count: number, size: number): string[][] {
  return Array.from({ length: count }, (_, group) =>
    Array.from({ length: size }, (__, index) => `g${group}-${index}`),
  );
}

function product(groups: readonly (readonly string[])[]): string {
  return groups.map((group) => `(${group.join(' | ')})`).join(' & ');
}

const twelve = groupsOf(12, 10);
const twenty = groupsOf(20, 10);
const oneOfEach = (groups: readonly (readonly string[])[]): string[] =>
  groups.slice(1).map((group) => group[3]!);

const CASES: readonly Case[] = [
  {
    name: '120 models, 10^12 combinations, 11 running',
    groups: twelve,
    sets: { all: product(twelve) },
    running: oneOfEach(twelve),
    evicted: 0,
  },
  {
    name: '200 models, 10^20 combinations, 19 running',
    groups: twenty,
    sets: { all: product(twenty) },
    running: oneOfEach(twenty),
    evicted: 0,
  },
  {
    name: '200 models, ten sets of 10^12, 11 running',
    groups: twenty,
    sets: Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`s${index}`, product(twelve)]),
    ),
    running: oneOfEach(twelve),
    evicted: 0,
  },
  {
    name: '120 models, 10^12 combinations, all others running',
    groups: twelve,
    sets: { all: product(twelve) },
    running: twelve.flat().slice(1),
    evicted: 9 * 12,
  },
];

process.stdout.write('| case | wall µs | CPU µs |\n| --- | --- | --- |\n');
for (const { name, groups, sets, running, evicted } of CASES) {
  const ids = groups.flat().toSorted();
  const planner = new MatrixPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { sets },
    resolve: (id) => (ids.includes(id) ? id : null),
  });
  const resident = running.toSorted().map((model) => {
    return { model, state: 'ready' as const, inFlight: 0, waiting: 0, lastUsedMs: null };
  });
  // The planner remembers its last decision: two situations in turn are decided anew each time.
  const question = { target: 'g0-0', resident, nowMs: 0 };
  const questions = [question, { ...question, resident: resident.slice(1) }];
  const found = planner.plan(question).evict.length;
  if (found !== evicted) throw new Error(`${name}: ${found} evicted instead of ${evicted}`);
  for (let index = 0; index < DECISIONS; index += 1) planner.plan(questions[index % 2]!);
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  for (let index = 0; index < DECISIONS; index += 1) planner.plan(questions[index % 2]!);
  const wall = ((performance.now() - startedMs) / DECISIONS) * 1000;
  const { user, system } = process.cpuUsage(cpu);
  const used = ((user + system) / DECISIONS).toFixed(1);
  process.stdout.write(`| ${name} | ${wall.toFixed(1)} | ${used} |\n`);
}
