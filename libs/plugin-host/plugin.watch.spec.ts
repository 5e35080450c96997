import { expect, it } from 'vitest';
import { PluginFault, PluginWatch } from './plugin.watch.js';

it('keeps the last fault of each plugin, counts them and tells of them', () => {
  const watch = new PluginWatch();
  const told: PluginFault[] = [];
  const stop = watch.onFault((fault) => told.push(fault));
  const fault = { kind: 'planner', name: 'odd', package: 'p', reason: 'slow', atMs: 1 } as const;
  watch.report(fault);
  watch.report({ ...fault, reason: 'hung', atMs: 2 });
  stop();
  watch.report({ ...fault, kind: 'scheduler', atMs: 3 });
  expect(watch.lastFault('planner', 'odd')).toMatchObject({ reason: 'hung', atMs: 2 });
  expect(watch.timesCutOff('planner', 'odd')).toBe(2);
  expect(watch.timesCutOff('scheduler', 'odd')).toBe(1);
  expect(watch.lastFault('planner', 'other')).toBeNull();
  expect(told).toHaveLength(2);
});
