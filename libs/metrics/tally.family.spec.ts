import { Histogram, Registry } from 'prom-client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistributionFamily } from './distribution.family.js';
import { PagePrinter } from './page.printer.js';
import { SampledFamily } from './sampled-family.js';
import { TallyFamily } from './tally.family.js';

const label = fc.constantFrom('m', 'a"b', 'a\\b', 'two\nlines', 'ü', '');

async function written(registry: Registry): Promise<string> {
  const ports = { nowMs: () => 0, breathe: () => Promise.resolve() };
  return (await new PagePrinter(registry, ports).page()).toString();
}

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

describe('the text of a family', () => {
  it('is what the library prints, whatever is counted under whatever labels', async () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    const counted = fc.uniqueArray(fc.record({ model: label, value }), {
      selector: ({ model }) => model,
    });
    await fc.assert(
      fc.asyncProperty(counted, async (all) => {
        const registry = new Registry();
        const help = 'A\\B\nC';
        const tallies = new TallyFamily({ name: 't', help, type: 'gauge' }, registry);
        const options = { name: 'h', help, buckets: [0, 1] };
        const histograms = new DistributionFamily(options, registry);
        const values = all.map((one) => ({ labels: { model: one.model }, value: one.value }));
        new SampledFamily({ name: 's', help, type: 'counter', read: () => values }).register(
          registry,
        );
        for (const { model, value: amount } of all) {
          tallies.series({ model }).value += amount;
          histograms.series({ model, kind: 'x' }).observe(amount);
        }
        tallies.series({}).value += 1;
        histograms.series({}).observe(0.5);
        expect(await written(registry)).toBe(await registry.metrics());
      }),
    );
  });

  it('follows what is observed after it was written', async () => {
    const registry = new Registry();
    const options = { name: 'h', help: 'H', buckets: [1] };
    const family = new DistributionFamily(options, registry);
    const series = family.series({ model: 'm' });
    series.observe(1);
    expect(family.text()).toContain('h_count{model="m"} 1');
    series.observe(2);
    expect(family.text()).toContain('h_count{model="m"} 2');
    expect(await written(registry)).toBe(await registry.metrics());
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
        expect(await written(ours)).toBe(await ours.metrics());
      }),
    );
  });
});
