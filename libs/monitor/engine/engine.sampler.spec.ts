import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LlamaPoll, ProxiedTraffic, VllmPoll } from './engine-poll.interface.js';
import { EngineSample, failedSample } from './engine-sample.interface.js';
import { EngineSampler } from './engine.sampler.js';
import { MetricsPage } from './exposition.js';
import { llamaMetrics } from './llama-metrics.js';
import { llamaSlots } from './llama-slots.js';
import { vllmMetrics } from './vllm-metrics.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/observability/llama-server');
const NONE: ProxiedTraffic = {
  inFlight: 0,
  liveTokens: 0,
  seenTokens: 0,
  generationMs: null,
  promptMs: null,
};

interface Poll {
  readonly t: number;
  readonly processStart?: number;
  readonly metrics?: Record<string, number> | null;
  readonly slots?: readonly object[] | null;
  readonly tokens_predicted_total?: number;
  readonly error?: string;
}

interface Sequence {
  readonly processStart?: number;
  readonly polls: readonly Poll[];
}

function json(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

function llama(values: Record<string, number>, rest: Partial<LlamaPoll> = {}): LlamaPoll {
  const samples = Object.entries(values).map(([name, value]) => {
    return { name: `llamacpp:${name}`, labels: new Map<string, string>(), value };
  });
  return {
    engine: 'llama.cpp',
    processStart: null,
    props: null,
    metrics: llamaMetrics(new MetricsPage(samples)),
    slots: null,
    kvUnified: false,
    traffic: NONE,
    ...rest,
  };
}

function replay({ polls, processStart: start = 0 }: Sequence): readonly EngineSample[] {
  const sampler = new EngineSampler();
  return polls.map(({ t, error, metrics, slots, processStart = start, ...poll }) => {
    if (error) return failedSample(t * 1000, error);
    const values = metrics ?? { tokens_predicted_total: poll.tokens_predicted_total! };
    const rest = { processStart, slots: slots ? llamaSlots(slots, false) : null };
    return sampler.sample(llama(values, rest), t * 1000, t * 1000);
  });
}

function busySlot(decoded: number) {
  const token = [{ n_decoded: decoded }];
  return llamaSlots([{ id: 0, is_processing: true, id_task: 1, next_token: token }], false);
}

function vllm(tokens: number, seconds: number, count: number): VllmPoll {
  const series = {
    'vllm:generation_tokens_total': tokens,
    'vllm:request_decode_time_seconds_sum': seconds,
    'vllm:request_decode_time_seconds_count': count,
    'vllm:num_requests_running': 2,
  };
  const samples = Object.entries(series).map(([name, value]) => {
    return { name, labels: new Map<string, string>(), value };
  });
  const metrics = vllmMetrics(new MetricsPage(samples));
  return { engine: 'vllm', processStart: null, metrics, maxSequences: 16, traffic: NONE };
}

describe('EngineSampler', () => {
  it('follows a llama-server while requests run', () => {
    const { samples: wanted } = json('sequence-live.expect.json') as {
      samples: { t: number; slotsBusy: number; slotsTotal: number; queued: number }[];
    };
    const samples = replay(json('sequence-live.json') as Sequence);
    expect(samples).toMatchObject(
      wanted.map(({ t, slotsBusy, slotsTotal, queued, ...rest }) => ({
        ...rest,
        timestamp: t * 1000,
        ...(slotsBusy !== undefined && { busySlots: slotsBusy, totalSlots: slotsTotal }),
        ...(queued !== undefined && { queuedRequests: queued }),
      })),
    );
  });

  it('begins anew with a new process', () => {
    const { samples: wanted } = json('sequence-restart.expect.json') as {
      samples: { t: number }[];
    };
    const samples = replay(json('sequence-restart.json') as Sequence);
    expect(samples).toMatchObject(
      wanted.map(({ t, ...rest }) => ({ ...rest, timestamp: t * 1000 })),
    );
  });

  it('keeps an exported total that goes on over restarts', () => {
    const sampler = new EngineSampler();
    const totals = [52_340, 52_700, 0, 35].map((value, index) => {
      sampler.sample(llama({ tokens_predicted_total: value }), index * 1000, 0);
      return sampler.generatedTotal;
    });
    expect(totals).toEqual([52_340, 52_700, 52_700, 52_735]);
  });

  it('never lets the exported total fall, whatever the engine prints', () => {
    const values = fc.array(fc.nat({ max: 5_000_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(values, (counters) => {
        const sampler = new EngineSampler();
        let before = 0;
        for (const [index, value] of counters.entries()) {
          sampler.sample(llama({ tokens_predicted_total: value }), index * 1000, 0);
          expect(sampler.generatedTotal).toBeGreaterThanOrEqual(before);
          before = sampler.generatedTotal;
        }
      }),
    );
  });

  it('counts single tokens although the counter is printed in steps', () => {
    const sampler = new EngineSampler();
    const read = (decoded: number): number | null =>
      sampler.sample(
        llama({ tokens_predicted_total: 1_905_110 }, { slots: busySlot(decoded) }),
        decoded * 1000,
        0,
      ).tokensGenerated;
    expect([1, 2, 3].map(read)).toEqual([1_905_111, 1_905_112, 1_905_113]);
  });

  it('takes idle slots without asking for them', () => {
    const props = {
      slotsTotal: 4,
      contextPerSlot: 100,
      metricsSupported: true,
      slotsSupported: true,
      sleeping: false,
      alias: null,
      build: 1,
      buildInfo: 'b1-x',
      modelPath: null,
    };
    const idle = { tokens_predicted_total: 5, requests_processing: 0, requests_deferred: 0 };
    const split = new EngineSampler().sample(llama(idle, { props }), 0, 0);
    expect(split).toMatchObject({ contextUsed: 0, contextTotal: 400, busySlots: 0, totalSlots: 4 });
    const shared = new EngineSampler().sample(llama(idle, { props, kvUnified: true }), 0, 0);
    expect(shared.contextTotal).toBe(100);
    const unknown = new EngineSampler().sample(llama(idle, { props, kvUnified: null }), 0, 0);
    expect(unknown).toMatchObject({ contextTotal: null, contextPercent: null });
  });

  it('prefers what the engine measured for a proxied request', () => {
    const traffic = { ...NONE, generationMs: 1280, promptMs: 42.5 };
    const sample = new EngineSampler().sample(
      llama({ tokens_predicted_total: 1 }, { traffic }),
      0,
      0,
    );
    expect(sample).toMatchObject({
      evaluationTimeMs: 1280,
      promptEvaluationTimeMs: 42.5,
      sources: { evaluation: 'timings' },
    });
  });

  it('follows a vLLM', () => {
    const sampler = new EngineSampler();
    sampler.sample(vllm(100, 1, 1), 0, 0);
    expect(sampler.sample(vllm(160, 4, 3), 2000, 0)).toMatchObject({
      tokensPerSecond: 30,
      evaluationTimeMs: 1500,
      busySlots: 2,
      totalSlots: 16,
    });
  });

  it('shows the proxied figures of an engine that tells nothing', () => {
    const sampler = new EngineSampler();
    const [before, after] = [10, 40].map((seenTokens) => {
      return { engine: null, processStart: null, traffic: { ...NONE, seenTokens } };
    });
    sampler.sample(before!, 0, 0);
    expect(sampler.sample(after!, 1000, 0)).toMatchObject({
      ok: true,
      engine: null,
      tokensPerSecond: 30,
      busySlots: null,
      sources: { tokens: 'proxy' },
    });
  });
});
