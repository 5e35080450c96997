import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import {
  CompatibleGpu,
  CompatibleHost,
  PageSample,
  UNKNOWN_SAMPLE,
  parseExposition,
} from '#lib/monitor';
import { unknownGpu } from '#lib/plugin-api';
import { compatibleFamilies } from './compatible.families.js';
import { deviceFamilies } from './device.families.js';
import { FinishedRequest } from './finished-request.interface.js';
import { ModelView, modelFamilies } from './model.families.js';
import { ProgramMetrics } from './program.metrics.js';
import { RequestMetrics } from './request.metrics.js';
import { SwapMetrics } from './swap.metrics.js';
import { watcherFamilies } from './watcher.families.js';

const folder = join(import.meta.dirname, '../../test/fixtures/observability/perf');

async function series(registry: Registry): Promise<readonly PageSample[]> {
  return parseExposition(await registry.metrics());
}

/** Values of a family by their labels in the form `a=1,b=2`. */
async function values(registry: Registry, name: string): Promise<Record<string, number | null>> {
  const found = (await series(registry)).filter((sample) => sample.name === name);
  return Object.fromEntries(
    found.map(({ labels, value }) => [[...labels].map((pair) => pair.join('=')).join(','), value]),
  );
}

function request(changes: Partial<FinishedRequest> = {}): FinishedRequest {
  return {
    model: 'm',
    operation: 'chat',
    isStream: true,
    code: 200,
    outcome: 'ok',
    durationMs: 1000,
    upstreamMs: 800,
    firstTokenMs: 300,
    upstreamFirstTokenMs: 100,
    generationSpanMs: 900,
    requestBytes: 10,
    responseBytes: 20,
    cachedTokens: 5,
    uncachedTokens: 7,
    outputTokens: 10,
    reasoningTokens: null,
    draftTokens: 8,
    draftAcceptedTokens: 6,
    promptMs: 50,
    generationMs: 900,
    ...changes,
  };
}

function compatiblePage(host: CompatibleHost | null, gpus: readonly CompatibleGpu[]): Registry {
  const made = new Registry();
  for (const family of compatibleFamilies(() => ({ host, gpus }))) family.register(made);
  return made;
}

function swapMetrics() {
  const registry = new Registry();
  const clock = new VirtualClock();
  const metrics = new SwapMetrics(registry, clock);
  const end = (evict: string[], error: Error | 'cancelled' | null = null): void =>
    metrics.observer.swapEnded!({ order: { id: 1, target: 'm', evict }, tookMs: 1, error });
  return { registry, clock, metrics, end };
}

async function readModels(views: readonly ModelView[], name: string) {
  const registry = new Registry();
  for (const family of modelFamilies(() => views)) family.register(registry);
  return await values(registry, name);
}

function plain({ name, labels, value }: PageSample): unknown {
  return [name, [...labels], value];
}

function types(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('# TYPE'));
}

describe('the compatible families', () => {
  const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as {
    sys_stats: CompatibleHost[];
    gpu_snapshots: CompatibleGpu[][];
  };

  it('are what existing dashboards expect: names, types, labels in their order, values', async () => {
    const [older, newer] = state.gpu_snapshots;
    const page = compatiblePage(state.sys_stats.at(-1)!, [newer![0]!, older![1]!]);
    const expected = readFileSync(join(folder, 'state.metrics.txt'), 'utf8');
    expect((await series(page)).map(plain)).toEqual(parseExposition(expected).map(plain));
    expect(types(await page.metrics())).toEqual(types(expected));
  });

  it('show nothing while nothing is known', async () => {
    expect(await series(compatiblePage(null, []))).toEqual([]);
  });
});

describe('RequestMetrics', () => {
  it('counts a request once in every family', async () => {
    const registry = new Registry();
    new RequestMetrics(registry).observe(request());
    const key = 'model=m,operation=chat';
    expect(await values(registry, 'drover_model_requests_total')).toEqual({
      [`${key},code=200,outcome=ok`]: 1,
    });
    expect(await values(registry, 'drover_request_duration_seconds_sum')).toEqual({
      [`${key},stream=true`]: 1,
    });
    expect(await values(registry, 'drover_time_to_first_token_seconds_sum')).toEqual({
      [key]: 0.3,
    });
    expect(await values(registry, 'drover_time_per_output_token_seconds_sum')).toEqual({
      'model=m': 0.1,
    });
    expect(await values(registry, 'drover_input_tokens_total')).toEqual({
      'model=m,cached=true': 5,
      'model=m,cached=false': 7,
    });
    expect(await values(registry, 'drover_request_input_tokens_sum')).toEqual({ 'model=m': 12 });
    expect(await values(registry, 'drover_draft_tokens_total')).toEqual({
      'model=m,result=accepted': 6,
      'model=m,result=rejected': 2,
    });
  });

  it('leaves unknown figures out instead of counting 0', async () => {
    const registry = new Registry();
    new RequestMetrics(registry).observe(
      request({ firstTokenMs: null, outputTokens: null, uncachedTokens: null, cachedTokens: null }),
    );
    for (const name of [
      'drover_time_to_first_token_seconds_count',
      'drover_output_tokens_total',
      'drover_input_tokens_total',
      'drover_request_output_tokens_count',
      'drover_time_per_output_token_seconds_count',
    ]) {
      expect(await values(registry, name)).toEqual({});
    }
  });

  it('counts what is in flight up and down', async () => {
    const registry = new Registry();
    const metrics = new RequestMetrics(registry);
    metrics.began('m', 'chat');
    const read = () => values(registry, 'drover_model_requests_in_flight');
    expect(await read()).toEqual({ 'model=m,operation=chat': 1 });
    metrics.ended('m', 'chat');
    expect(await read()).toEqual({ 'model=m,operation=chat': 0 });
  });

  it('counts every HTTP request by its route', async () => {
    const registry = new Registry();
    new RequestMetrics(registry).answered('/v1/models', 'GET', 200);
    expect(await values(registry, 'drover_http_requests_total')).toEqual({
      'route=/v1/models,method=GET,code=200': 1,
    });
  });
});

describe('watcherFamilies', () => {
  it('tell of each source and transport', async () => {
    const registry = new Registry();
    const families = watcherFamilies({
      isLogKept: () => false,
      captureBytes: () => 5,
      droppedLogBytes: () => ({ proxy: 1, upstream: 2 }),
      eventClients: () => ({ sse: 3, socketio: 4 }),
      droppedEvents: () => ({ sse: 6 }),
    });
    for (const family of families) family.register(registry);
    const read = (name: string) => values(registry, `drover_${name}`);
    expect(await read('activity_log_up')).toEqual({ '': 0 });
    expect(await read('capture_bytes')).toEqual({ '': 5 });
    expect(await read('log_dropped_bytes_total')).toEqual({
      'source=proxy': 1,
      'source=upstream': 2,
    });
    expect(await read('event_clients')).toEqual({ 'transport=sse': 3, 'transport=socketio': 4 });
    expect(await read('events_dropped_total')).toEqual({ 'transport=sse': 6 });
  });
});

describe('SwapMetrics', () => {
  it('times a load from start to ready', async () => {
    const { registry, clock, metrics } = swapMetrics();
    metrics.stateChanged({ model: 'm', from: 'stopped', to: 'starting' });
    clock.advance(4000);
    metrics.stateChanged({ model: 'm', from: 'starting', to: 'ready' });
    const name = 'drover_model_load_duration_seconds_sum';
    expect(await values(registry, name)).toEqual({ 'model=m': 4 });
  });

  it('counts a ready server that is gone as an unexpected end, a stopped one not', async () => {
    const { registry, metrics } = swapMetrics();
    const crash = { model: 'a', from: 'ready', to: 'stopped' };
    metrics.stateChanged(crash);
    metrics.stateChanged({ ...crash, exit: { code: 134, signal: null } });
    metrics.stateChanged({ ...crash, exit: { code: null, signal: 'SIGKILL' } });
    metrics.stateChanged({ ...crash, exit: { code: 0, signal: null } });
    metrics.stateChanged({ model: 'b', from: 'stopping', to: 'stopped' });
    expect(await values(registry, 'drover_model_process_exits_total')).toEqual({
      'model=a,code=unknown': 1,
      'model=a,code=134': 1,
      'model=a,code=SIGKILL': 1,
      'model=a,code=0': 1,
    });
  });

  it('tells swaps from plain loads, and how they ended', async () => {
    const { registry, end } = swapMetrics();
    end([]);
    end(['x']);
    end(['x'], 'cancelled');
    end([], new DroverError('HEALTH_CHECK_TIMEOUT', 'slow'));
    end([], new Error('no'));
    expect(await values(registry, 'drover_model_swaps_total')).toEqual({ 'model=m': 1 });
    expect(await values(registry, 'drover_model_loads_total')).toEqual({
      'model=m,result=ok': 2,
      'model=m,result=cancelled': 1,
      'model=m,result=timeout': 1,
      'model=m,result=failed': 1,
    });
  });

  it('says what a request waited for', async () => {
    const { registry, clock, metrics, end } = swapMetrics();
    clock.advance(10_000);
    end(['x']);
    metrics.observer.granted!({ model: 'm', waitedMs: 9000 });
    clock.advance(60_000);
    metrics.observer.granted!({ model: 'm', waitedMs: 500 });
    end([]);
    metrics.observer.granted!({ model: 'm', waitedMs: 2000 });
    metrics.observer.granted!({ model: 'm', waitedMs: 0 });
    expect(await values(registry, 'drover_queue_wait_seconds_sum')).toEqual({
      'model=m,reason=swap': 9,
      'model=m,reason=capacity': 0.5,
      'model=m,reason=load': 2,
    });
  });

  it('counts refusals by their reason', async () => {
    const { registry, metrics } = swapMetrics();
    metrics.observer.rejected!({ model: 'm', rejection: 'limit' });
    metrics.observer.failed!({ model: 'm', code: 'SHUTTING_DOWN' });
    metrics.observer.failed!({ model: 'm', code: 'MODEL_START_FAILED' });
    metrics.refused('m', 'max_parallel_models');
    expect(await values(registry, 'drover_queue_rejected_total')).toEqual({
      'model=m,reason=full': 1,
      'model=m,reason=shutdown': 1,
      'model=m,reason=max_parallel_models': 1,
    });
  });
});

describe('the families about models', () => {
  const view: ModelView = {
    model: 'm',
    state: 'ready',
    kind: 'local',
    engine: 'llama.cpp',
    engineVersion: 'b7310',
    startSeconds: 100,
    lastRequestSeconds: null,
    waiting: 2,
    sample: { ...UNKNOWN_SAMPLE, ok: true, busySlots: 1, contextPercentMaxSlot: 85 },
    totals: { generated: 9, prompt: 8 },
    pollErrors: new Map([['timeout', 3]]),
    residentBytes: 2048,
    cpuSeconds: 1.5,
    gpuMemory: [{ gpu: 0, bytes: 512 }],
  };

  it('show one state of five', async () => {
    expect(await readModels([view], 'drover_model_state')).toEqual({
      'model=m,state=stopped': 0,
      'model=m,state=starting': 0,
      'model=m,state=ready': 1,
      'model=m,state=stopping': 0,
      'model=m,state=shutdown': 0,
    });
  });

  it.each([
    ['drover_queue_length', 2],
    ['drover_engine_up', 1],
    ['drover_engine_slots_busy', 1],
    ['drover_engine_context_used_ratio_max_slot', 0.85],
    ['drover_engine_generated_tokens_total', 9],
    ['drover_model_start_time_seconds', 100],
    ['drover_model_process_resident_memory_bytes', 2048],
    ['drover_model_process_cpu_seconds_total', 1.5],
  ])('show %s', async (name, value) => {
    expect(await readModels([view], name)).toEqual({ 'model=m': value });
  });

  it('leave out what is unknown, and every figure of a failed poll', async () => {
    const failed = { ...view, sample: { ...view.sample!, ok: false } };
    expect(await readModels([view], 'drover_model_last_request_time_seconds')).toEqual({});
    expect(await readModels([failed], 'drover_engine_up')).toEqual({ 'model=m': 0 });
    expect(await readModels([failed], 'drover_engine_slots_busy')).toEqual({});
    expect(await readModels([{ ...view, sample: null }], 'drover_engine_up')).toEqual({});
  });

  it('show memory and poll errors with their labels', async () => {
    expect(await readModels([view], 'drover_model_gpu_memory_bytes')).toEqual({
      'model=m,gpu=0': 512,
    });
    expect(await readModels([view], 'drover_engine_poll_errors_total')).toEqual({
      'model=m,reason=timeout': 3,
    });
  });

  it('make a page of a hundred models without repeating a series', async () => {
    const registry = new Registry();
    const views = Array.from({ length: 100 }, (_, index) => ({ ...view, model: `m${index}` }));
    for (const family of modelFamilies(() => views)) family.register(registry);
    const keys = (await series(registry)).map(({ name, labels }) => [name, ...labels].join());
    expect(keys).toHaveLength(1700);
    expect(new Set(keys).size).toBe(1700);
  });
});

describe('the families about devices', () => {
  it('show known values only', async () => {
    const registry = new Registry();
    const sample = { ...unknownGpu(0), uuid: 'u', utilizationPercent: 50, clockHertz: 1e9 };
    const families = deviceFamilies({
      host: () => null,
      energy: () => [],
      gpus: () => [{ id: 0, sources: ['lact'], sample }],
      probes: () => [
        {
          name: 'lact',
          state: 'up',
          lastSuccessMs: 5000,
          errors: new Map(),
          lastError: null,
          tookMs: null,
          detail: null,
        },
        {
          name: 'x',
          state: 'absent',
          lastSuccessMs: null,
          errors: new Map(),
          lastError: null,
          tookMs: null,
          detail: null,
        },
        {
          name: 'y',
          state: 'failed',
          lastSuccessMs: null,
          errors: new Map([['timeout', 2]]),
          lastError: 'no',
          tookMs: null,
          detail: null,
        },
      ],
    });
    for (const family of families) family.register(registry);
    expect(await values(registry, 'drover_gpu_utilization_ratio')).toEqual({ 'gpu=0,uuid=u': 0.5 });
    expect(await values(registry, 'drover_gpu_power_limit_watts')).toEqual({});
    expect(await values(registry, 'drover_gpu_clock_hertz')).toEqual({
      'gpu=0,uuid=u,domain=graphics': 1e9,
    });
    expect(await values(registry, 'drover_probe_up')).toEqual({ 'probe=lact': 1, 'probe=y': 0 });
    expect(await values(registry, 'drover_probe_errors_total')).toEqual({
      'probe=y,reason=timeout': 2,
    });
    expect(await values(registry, 'drover_memory_available_bytes')).toEqual({});
  });
});

describe('ProgramMetrics', () => {
  it('tells good reloads from refused ones', async () => {
    const registry = new Registry();
    const metrics = new ProgramMetrics(registry, {
      version: '1',
      commit: 'c',
      activityWriteErrors: () => 4,
      activityLostRows: () => 0,
    });
    metrics.loaded(true, 10_000, false);
    metrics.loaded(false, 20_000);
    expect(await values(registry, 'drover_config_reloads_total')).toEqual({ 'result=rejected': 1 });
    expect(await values(registry, 'drover_config_last_reload_successful')).toEqual({ '': 0 });
    const name = 'drover_config_last_reload_success_timestamp_seconds';
    expect(await values(registry, name)).toEqual({ '': 10 });
    expect(await values(registry, 'drover_activity_write_errors_total')).toEqual({ '': 4 });
    expect(await values(registry, 'drover_build_info')).toEqual({ 'version=1,commit=c': 1 });
  });
});
