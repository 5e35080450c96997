import { EngineSample } from '#lib/monitor';
import { SampledFamily, SampledFamilyOptions, SampledValue } from './sampled-family.js';

const STATES = ['stopped', 'starting', 'ready', 'stopping', 'shutdown'];

/** One model as the families about state and engine show it. Null is absent on the page. */
export interface ModelView {
  readonly model: string;
  readonly state: string;
  readonly kind: 'local' | 'peer';
  readonly engine: string | null;
  readonly engineVersion: string | null;
  /** Start of the running server, Unix seconds. */
  readonly startSeconds: number | null;
  /** End of the last request, Unix seconds. */
  readonly lastRequestSeconds: number | null;
  /** Requests that wait. */
  readonly waiting: number;
  /** The newest poll of the running engine. */
  readonly sample: EngineSample | null;
  /** Tokens over all restarts of the engine. */
  readonly totals: { readonly generated: number; readonly prompt: number } | null;
  readonly pollErrors: ReadonlyMap<string, number>;
  /** Memory in RAM and CPU time of the model's processes and their children. */
  readonly residentBytes: number | null;
  readonly cpuSeconds: number | null;
  /** Memory of the model's processes on each GPU. */
  readonly gpuMemory: readonly { readonly gpu: number; readonly bytes: number }[];
}

/** Families about the models' states and the figures of their engines. */
export function modelFamilies(read: () => readonly ModelView[]): readonly SampledFamily[] {
  return [...stateFamilies(read), ...engineFamilies(read)].map(
    (options) => new SampledFamily(options),
  );
}

type Read = () => readonly ModelView[];

function stateFamilies(read: Read): readonly SampledFamilyOptions[] {
  return [
    {
      name: 'drover_model_state',
      help: '1 for the present state of a model, 0 for the others',
      type: 'gauge',
      read: () =>
        read()
          .filter(({ kind }) => kind === 'local')
          .flatMap(({ model, state: present }) =>
            STATES.map((state) => ({
              labels: { model, state },
              value: state === present ? 1 : 0,
            })),
          ),
    },
    {
      name: 'drover_model_info',
      help: 'What serves a model, always 1',
      type: 'gauge',
      read: () => read().map(info),
    },
    gauge(
      read,
      'model_start_time_seconds',
      'Start of the running server',
      (view) => view.startSeconds,
    ),
    gauge(read, 'model_last_request_time_seconds', 'End of the last request', (view) => {
      return view.lastRequestSeconds;
    }),
    gauge(read, 'queue_length', 'Requests that wait', ({ waiting, kind }) => {
      return kind === 'local' ? waiting : null;
    }),
    gauge(
      read,
      'model_process_resident_memory_bytes',
      'Memory in RAM of the processes of a model, mapped files included',
      (view) => view.residentBytes,
    ),
    counter(
      read,
      'model_process_cpu_seconds_total',
      'CPU time of the processes of a model since its server began',
      (view) => view.cpuSeconds,
    ),
    {
      name: 'drover_model_gpu_memory_bytes',
      help: 'GPU memory of a model, where the driver tells',
      type: 'gauge',
      read: () =>
        read().flatMap(({ model, gpuMemory }) =>
          gpuMemory.map(({ gpu, bytes }) => ({
            labels: { model, gpu: String(gpu) },
            value: bytes,
          })),
        ),
    },
  ];
}

function engineFamilies(read: Read): readonly SampledFamilyOptions[] {
  const figure = (
    name: string,
    help: string,
    pick: (sample: EngineSample) => number | null,
  ): SampledFamilyOptions =>
    gauge(read, `engine_${name}`, help, ({ sample }) => (sample?.ok ? pick(sample) : null));
  return [
    gauge(read, 'engine_up', 'Whether the last poll was good', ({ sample }) => {
      return sample && (sample.ok ? 1 : 0);
    }),
    figure('slots_busy', 'Busy slots', (sample) => sample.busySlots),
    figure('slots', 'Slots', (sample) => sample.totalSlots),
    figure('requests_deferred', 'Requests that wait in the engine', (sample) => {
      return sample.queuedRequests;
    }),
    figure('context_used_tokens', 'Context in use', (sample) => sample.contextUsed),
    figure('context_size_tokens', 'Size of the context', (sample) => sample.contextTotal),
    figure('context_used_ratio_max_slot', 'Fullest window, 0 to 1', (sample) => {
      return sample.contextPercentMaxSlot === null ? null : sample.contextPercentMaxSlot / 100;
    }),
    figure('kv_cache_usage_ratio', 'Used share of the KV cache, 0 to 1', (sample) => {
      return sample.kvUsageRatio;
    }),
    counter(read, 'engine_prompt_tokens_total', 'Prompt tokens processed', ({ totals }) => {
      return totals?.prompt ?? null;
    }),
    counter(read, 'engine_generated_tokens_total', 'Tokens generated', ({ totals }) => {
      return totals?.generated ?? null;
    }),
    {
      name: 'drover_engine_poll_errors_total',
      help: 'Failed polls of an engine',
      type: 'counter',
      read: () =>
        read().flatMap(({ model, pollErrors }) =>
          [...pollErrors].map(([reason, value]) => ({ labels: { model, reason }, value })),
        ),
    },
  ];
}

function gauge(
  read: Read,
  name: string,
  ...[help, pick]: [help: string, pick: (view: ModelView) => number | null]
): SampledFamilyOptions {
  return { name: `drover_${name}`, help, type: 'gauge', read: () => values(read, pick) };
}

function counter(
  read: Read,
  name: string,
  ...[help, pick]: [help: string, pick: (view: ModelView) => number | null]
): SampledFamilyOptions {
  return { name: `drover_${name}`, help, type: 'counter', read: () => values(read, pick) };
}

function values(read: Read, pick: (view: ModelView) => number | null): readonly SampledValue[] {
  return read().flatMap((view) => {
    const value = pick(view);
    return value === null ? [] : [{ labels: { model: view.model }, value }];
  });
}

function info({ model, engine, engineVersion, kind }: ModelView): SampledValue {
  const labels = { model, engine: engine ?? '', engine_version: engineVersion ?? '', kind };
  return { labels, value: 1 };
}
