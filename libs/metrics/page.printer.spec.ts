import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { PagePrinter } from './page.printer.js';
import { SampledFamily } from './sampled-family.js';

function slowFamily(name: string, work: () => void): SampledFamily {
  return new SampledFamily({
    name,
    help: name,
    type: 'gauge',
    read: () => {
      work();
      return [{ labels: {}, value: 1 }];
    },
  });
}

describe('PagePrinter', () => {
  it('writes what the library writes, families of both kinds in their order', async () => {
    const registry = new Registry();
    slowFamily('a', () => undefined).register(registry);
    new Counter({ name: 'b_total', help: 'B', labelNames: ['x'], registers: [registry] }).inc({
      x: 'y',
    });
    slowFamily('c', () => undefined).register(registry);
    const page = new PagePrinter(registry, { nowMs: () => 0, breathe: () => Promise.reject() });
    expect((await page.page()).toString()).toBe(await registry.metrics());
  });

  it('lets others have their turn when it has held the thread for a millisecond', async () => {
    const registry = new Registry();
    const clock = new VirtualClock();
    const steps: string[] = [];
    for (const [name, tookMs] of Object.entries({ a: 0.4, b: 0.7, c: 0.4, d: 3, e: 0 })) {
      const work = (): void => {
        steps.push(name);
        clock.advance(tookMs);
      };
      slowFamily(name, work).register(registry);
    }
    const breathe = async (): Promise<void> => void steps.push('pause');
    await new PagePrinter(registry, { nowMs: () => clock.nowMs(), breathe }).page();
    expect(steps).toEqual(['a', 'b', 'pause', 'c', 'd', 'pause', 'e']);
  });

  it('writes an empty page for a registry without families', async () => {
    const ports = { nowMs: () => 0, breathe: () => Promise.resolve() };
    const page = await new PagePrinter(new Registry(), ports).page();
    expect(page.toString()).toBe('\n');
  });
});
