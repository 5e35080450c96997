import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { VirtualClock } from '#lib/foundation';
import {
  ProgramMetrics,
  RequestMetrics,
  SwapMetrics,
  compatibleFamilies,
  deviceFamilies,
  modelFamilies,
} from '#lib/metrics';
import { dashboards, GRAFANA, panelQueries, withVariables } from './support/dashboards.js';

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const families = [
  ...compatibleFamilies(() => ({ host: null, gpus: [] })),
  ...deviceFamilies({ host: () => null, gpus: () => [], energy: () => [], probes: () => [] }),
  ...modelFamilies(() => []),
];
for (const family of families) family.register(registry);
const fed = [
  new RequestMetrics(registry),
  new SwapMetrics(registry, new VirtualClock()),
  new ProgramMetrics(registry, {
    version: '',
    commit: '',
    activityWriteErrors: () => 0,
    activityLostRows: () => 0,
  }),
];

/** Names that a page can hold, with the parts of histograms. */
const known = new Set(
  registry.getMetricsAsArray().flatMap(({ name }) => {
    return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
  }),
);

/** What only the whole program has; another test holds this document to its page. */
const documented = readFileSync(join(GRAFANA, '../docs/metrics.md'), 'utf8');
for (const [, name] of documented.matchAll(/^\| `(\w+)` \|/gm)) known.add(name!);

function namesIn(expr: string): readonly string[] {
  return expr.match(/\b(?:drover|llamaswap|process|nodejs)_[a-z0-9_]+/g) ?? [];
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly summary?: string; readonly runbook?: string };
    }[];
  }[];
}

const rules = (parse(readFileSync(join(GRAFANA, 'alerts.yml'), 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
);

describe('grafana/', () => {
  afterAll(() => registry.clear());

  it('is held against all families', () => {
    expect(fed).toHaveLength(3);
    expect(known.size).toBeGreaterThan(300);
  });

  it.each(panelQueries())('asks in "$panel" for metrics that exist', ({ expr }) => {
    expect(namesIn(expr).length).toBeGreaterThan(0);
    expect(namesIn(expr).filter((name) => !known.has(name))).toEqual([]);
  });

  it('uses no variable that is not defined', () => {
    expect(panelQueries().filter(({ expr }) => withVariables(expr).includes('$'))).toEqual([]);
  });

  it.each([...dashboards()])(
    'has variables and annotations in %s over metrics that exist',
    (_, board) => {
      const definitions = board.templating.list.flatMap(({ definition }) => definition ?? []);
      const texts = [...definitions, ...board.annotations.list.map(({ expr }) => expr)];
      expect(texts.flatMap(namesIn).filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it.each(rules)('says in alert $alert what to do', ({ expr, annotations }) => {
    expect(namesIn(expr).filter((name) => !known.has(name))).toEqual([]);
    expect(annotations.summary).toBeTruthy();
    expect(annotations.runbook).toBeTruthy();
  });
});
