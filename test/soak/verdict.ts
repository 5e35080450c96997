import type { Holding } from './herd.js';
import { type Sample, sumOf } from './metrics.js';
import type { Tally } from './tally.js';

/** One thing that must hold. */
export interface Check {
  readonly what: string;
  readonly found: string;
  readonly limit: string;
  readonly passed: boolean;
}

/** How much each figure may grow from the end of the warm-up to the end of the run. */
const GROWTH: Readonly<Record<keyof Holding, number>> = {
  heapMib: 4,
  rssMib: 40,
  descriptors: 2,
  handles: 2,
  timers: 2,
  children: 0,
};

/**
 * Figures that rise to the height of the busiest moment and stay there: histories fill up to their
 * limits, and the allocator keeps the pages that it has had. Half of the run is their warm-up.
 */
const SLOW: ReadonlySet<keyof Holding> = new Set(['heapMib', 'rssMib']);

/** Looks that count as warm-up of a figure: a quarter or half of them, at least two. */
export function warmUpOf(kind: keyof Holding, looks: number): number {
  return Math.max(2, Math.ceil(looks / (SLOW.has(kind) ? 2 : 4)));
}

/** Growth over the looks after the warm-up, by the line of least squares through them. */
export function growthOf(values: readonly number[]): number {
  const count = values.length;
  const meanX = (count - 1) / 2;
  const meanY = values.reduce((sum, value) => sum + value, 0) / count;
  let [covariance, variance] = [0, 0];
  values.forEach((value, x) => {
    covariance += (x - meanX) * (value - meanY);
    variance += (x - meanX) ** 2;
  });
  return variance === 0 ? 0 : (covariance / variance) * (count - 1);
}

/** Whether what Drover holds stays the same. */
export function checkHoldings(looks: readonly Holding[]): Check[] {
  const kinds = Object.keys(GROWTH) as (keyof Holding)[];
  return kinds.map((kind) => {
    const steady = looks.slice(warmUpOf(kind, looks.length));
    const growth = growthOf(steady.map((look) => look[kind]));
    const [first, last] = [steady[0]![kind], steady.at(-1)![kind]];
    return {
      what: `${kind} over ${steady.length} looks`,
      found: `${first.toFixed(1)} to ${last.toFixed(1)}, line ${signed(growth)}`,
      limit: `at most +${GROWTH[kind]}`,
      passed: growth <= GROWTH[kind],
    };
  });
}

/** Whether Drover has counted what the driver has done. */
export function checkCounters(samples: readonly Sample[], tally: Tally): Check[] {
  const checks = tally.models().flatMap((model) => checkModel(model, { samples, tally }));
  for (const name of ['drover_model_requests_in_flight', 'drover_queue_length']) {
    checks.push(exactly(`${name} at the end`, sumOf(samples, name), 0));
  }
  for (const name of ['drover_activity_lost_rows_total', 'drover_activity_write_errors_total']) {
    checks.push(exactly(name, sumOf(samples, name), 0));
  }
  return checks;
}

function checkModel(
  model: string,
  { samples, tally }: { samples: readonly Sample[]; tally: Tally },
): Check[] {
  const name = 'drover_model_requests_total';
  const counted = (labels: Record<string, string> = {}): number =>
    sumOf(samples, name, { model, ...labels });
  const { sent, left, cut, answers } = tally.row(model);
  const whole = tally.answered(model, 200);
  const ok = counted({ outcome: 'ok' });
  const refused = [...answers].filter(([status]) => status !== 200 && status !== 499);
  return [
    exactly(`${model}: requests`, counted(), sent),
    within(`${model}: answered in full (${left} clients left, ${cut} answers were cut)`, ok, {
      least: whole,
      most: whole + left,
    }),
    ...refused.map(([status, count]) => {
      const found = counted({ code: String(status) });
      return within(`${model}: answers ${status}`, found, { least: count, most: count + left });
    }),
  ];
}

/** Who leaves does not see what Drover was about to answer: one of these may count once more. */
function within(what: string, found: number, limits: { least: number; most: number }): Check {
  const { least, most } = limits;
  const limit = least === most ? String(least) : `${least} to ${most}`;
  return { what, found: String(found), limit, passed: found >= least && found <= most };
}

/** A check that two numbers are the same. */
export function exactly(what: string, found: number, wanted: number): Check {
  return { what, found: String(found), limit: String(wanted), passed: found === wanted };
}

/** Checks as a table of text. */
export function tableOf(checks: readonly Check[]): string {
  const head = ['', 'what', 'found', 'wanted'];
  const rows = checks.map(({ what, found, limit, passed }) => {
    return [passed ? 'pass' : 'MISS', what, found, limit];
  });
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]!.length)),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}
