import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { DistributionFamily } from '../distribution.family.js';
import { SampledFamily } from '../sampled-family.js';
import { RegistryFamily, otlpMetrics } from './otlp-metrics.js';

const times = { startMs: 1000, nowMs: 2000.5 };

async function exported(fill: (registry: Registry) => void): Promise<object[]> {
  const registry = new Registry();
  fill(registry);
  const families = (await registry.getMetricsAsJSON()) as unknown as readonly RegistryFamily[];
  return otlpMetrics(families, times, (model) => (model === 'm' ? 'llama.cpp' : null));
}

function sampled(name: string, type: 'gauge' | 'counter', value: number): SampledFamily {
  return new SampledFamily({
    name,
    help: 'h',
    type,
    read: () => [{ labels: { model: 'm' }, value }],
  });
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

describe('otlpMetrics', () => {
  it('gives durations their name in the conventions, with buckets that are not cumulated', async () => {
    const metrics = await exported((registry) => {
      const name = 'drover_request_duration_seconds';
      const family = new DistributionFamily({ name, help: 'h', buckets: [1, 5] }, registry);
      const series = family.series({ model: 'm', operation: 'chat', stream: 'true' });
      for (const value of [0.5, 2, 3, 9]) series.observe(value);
    });
    expect(metrics).toEqual([
      {
        name: 'gen_ai.server.request.duration',
        description: 'h',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            {
              attributes: [
                text('gen_ai.request.model', 'm'),
                text('gen_ai.operation.name', 'chat'),
                text('drover.stream', 'true'),
                text('gen_ai.provider.name', 'llama.cpp'),
              ],
              startTimeUnixNano: '1000000000',
              timeUnixNano: '2000500000',
              count: '4',
              sum: 14.5,
              bucketCounts: ['1', '2', '1'],
              explicitBounds: [1, 5],
            },
          ],
        },
      },
    ]);
  });

  it('puts input and output tokens into one metric, told apart by an attribute', async () => {
    const metrics = await exported((registry) => {
      for (const what of ['input', 'output']) {
        const name = `drover_request_${what}_tokens`;
        const family = new DistributionFamily({ name, help: 'h', buckets: [1] }, registry);
        family.series({ model: 'x' }).observe(7);
      }
    });
    expect(metrics).toMatchObject([
      {
        name: 'gen_ai.client.token.usage',
        unit: '{token}',
        histogram: {
          dataPoints: [
            { attributes: [text('gen_ai.request.model', 'x'), text('gen_ai.token.type', 'input')] },
            {
              attributes: [text('gen_ai.request.model', 'x'), text('gen_ai.token.type', 'output')],
            },
          ],
        },
      },
    ]);
  });

  it('keeps all other names, leaves out what is unknown and what is only compatible', async () => {
    const metrics = await exported((registry) => {
      sampled('drover_request_bytes_total', 'counter', 5).register(registry);
      sampled('drover_gpu_power_watts', 'gauge', 1.5).register(registry);
      sampled('drover_unknown', 'gauge', Number.NaN).register(registry);
      sampled('llamaswap_gpu_power_draw_watts', 'gauge', 1.5).register(registry);
    });
    const attributes = [text('model', 'm')];
    const timeUnixNano = '2000500000';
    expect(metrics).toEqual([
      {
        name: 'drover_request_bytes_total',
        description: 'h',
        unit: 'By',
        sum: {
          aggregationTemporality: 2,
          isMonotonic: true,
          dataPoints: [{ attributes, startTimeUnixNano: '1000000000', timeUnixNano, asDouble: 5 }],
        },
      },
      {
        name: 'drover_gpu_power_watts',
        description: 'h',
        unit: 'W',
        gauge: { dataPoints: [{ attributes, timeUnixNano, asDouble: 1.5 }] },
      },
    ]);
  });
});
