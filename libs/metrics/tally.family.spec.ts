import { Histogram, Registry } from 'prom-client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistributionFamily } from './distribution.family.js';
import { TallyFamily } from './tally.family.js';

describe('TallyFamily', () => {
  it('prints each series with its labels in their order, and its head without any', async () => {
    const registry = new Registry();
    const family = new TallyFamily({ name: 'n_total', help: 'H', type: 'counter' }, registry);
    const head = '# HELP n_total H\n# TYPE n_total counter';
    expect(await registry.metrics()).toBe(`${head}\n`);
    family.series({ model: 'a"b', kind: 'x' }).value += 3;
    expect(await registry.metrics()).toBe(`${head}\nn_total{model="a\\"b",kind="x"} 3\n`);
  });
});

describe('DistributionFamily', () => {
  it('prints what the histogram of the library prints, whatever is observed', async () => {
    const numbers = fc.array(fc.oneof(fc.double({ min: 0, max: 20, noNaN: true }), fc.nat(12)));
    await fc.assert(
      fc.asyncProperty(numbers, async (observed) => {
        const buckets = [0.5, 1, 2.5, 10];
        const [ours, theirs] = [new Registry(), new Registry()];
        const options = { name: 'h_seconds', help: 'H', buckets };
        const series = new DistributionFamily(options, ours).series({ model: 'm' });
        const histogram = new Histogram({ ...options, labelNames: ['model'], registers: [theirs] });
        histogram.zero({ model: 'm' });
        for (const value of observed) {
          series.observe(value);
          histogram.observe({ model: 'm' }, value);
        }
        expect(await ours.metrics()).toBe(await theirs.metrics());
      }),
    );
  });
});
