import { type Contestant, play, PLANNERS, SCHEDULERS } from './compare.js';
import { type Figures, mean, quantile } from './figures.js';
import { memoryWorkload, type Workload, WORKLOADS } from './workloads.js';

/**
 * Replays the workloads and prints a Markdown table. `node test/bench/run.mjs schedule/run.ts [SEEDS]`
 * on the built files: `npm run build` comes first.
 */
const seeds = Array.from({ length: Number(process.argv[2] ?? 8) }, (_, index) => index + 1);

const HEAD =
  'workload|contestant|served|loads/request|load h|mean s|p95 s|worst s|worst cold s|idle s|Jain'.split(
    '|',
  );

function row(workload: Workload, contestant: Contestant, figures: readonly Figures[]): string[] {
  const waits = figures.flatMap((one) => one.waits);
  const cold = figures.flatMap((one) => one.coldWaits);
  const sum = (of: (one: Figures) => number): number =>
    figures.reduce((total, one) => total + of(one), 0);
  return [
    workload.name,
    contestant.name,
    String(sum(({ served }) => served)),
    (sum(({ loads }) => loads) / sum(({ served }) => served)).toFixed(3),
    (sum(({ loadMs }) => loadMs) / 3_600_000).toFixed(2),
    seconds(mean(waits)),
    seconds(quantile(waits, 0.95)),
    seconds(quantile(waits, 1)),
    cold.length > 0 ? seconds(quantile(cold, 1)) : '',
    seconds(sum(({ idleWhileWaitingMs }) => idleWhileWaitingMs)),
    mean(figures.map(({ jain }) => jain)).toFixed(2),
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

print(HEAD);
print(HEAD.map(() => '---'));
for (const workload of WORKLOADS) {
  for (const contestant of SCHEDULERS) {
    print(row(workload, contestant, play(workload, contestant, seeds)));
  }
}
for (const contestant of PLANNERS) {
  print(row(memoryWorkload, contestant, play(memoryWorkload, contestant, seeds)));
}
