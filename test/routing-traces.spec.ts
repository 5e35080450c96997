import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenRequirements, differences, readTraces, simulate, Trace } from '#lib/router';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';

const folder = join(import.meta.dirname, 'fixtures', 'routing');
const traces = readdirSync(folder)
  .toSorted()
  .flatMap((name) => readTraces(readFileSync(join(folder, name), 'utf8'), name));
const planners = { group: new GroupPlannerPlugin(), matrix: new MatrixPlannerPlugin() };
const scheduler = new FifoSchedulerPlugin();

function run(trace: Trace) {
  return simulate(trace, { planner: planners[trace.config.router], scheduler, internals: true });
}

describe('fifo on the routing traces', () => {
  it('has all traces', () => {
    expect(traces).toHaveLength(44);
  });

  it.each(traces.filter(({ parity }) => parity !== 'defect'))('repeats $id exactly', (trace) => {
    expect(differences(run(trace), trace.expect!)).toEqual([]);
  });

  it.each(traces.filter(({ parity }) => parity === 'defect'))(
    'keeps what $id requires',
    (trace) => {
      expect(trace.require).not.toEqual([]);
      expect(brokenRequirements(run(trace), trace.require ?? [])).toEqual([]);
    },
  );
});
