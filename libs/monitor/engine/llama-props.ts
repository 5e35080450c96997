import { flagOf, numberOf, objectOf, textOf } from './engine-json.js';

/** Facts of a llama-server's `/props`. Null: this build does not tell. */
export interface LlamaProps {
  readonly slotsTotal: number | null;
  readonly contextPerSlot: number | null;
  readonly metricsSupported: boolean | null;
  readonly slotsSupported: boolean | null;
  readonly sleeping: boolean | null;
  readonly alias: string | null;
  /** Build number. */
  readonly build: number | null;
  readonly buildInfo: string | null;
  readonly modelPath: string | null;
}

/** Reads `/props`; null when it is not that of a llama-server. */
export function llamaProps(body: unknown): LlamaProps | null {
  const props = objectOf(body);
  const buildInfo = textOf(props['build_info']);
  const settings = props['default_generation_settings'];
  if (buildInfo === null && settings === undefined) return null;
  const build = /^b(\d+)/.exec(buildInfo ?? '')?.[1];
  return {
    slotsTotal: numberOf(props['total_slots']),
    contextPerSlot: numberOf(objectOf(settings)['n_ctx']),
    metricsSupported: flagOf(props['endpoint_metrics']),
    slotsSupported: flagOf(props['endpoint_slots']),
    sleeping: flagOf(props['is_sleeping']),
    alias: textOf(props['model_alias']),
    build: build === undefined ? null : Number(build),
    buildInfo,
    modelPath: textOf(props['model_path']),
  };
}

/** What `/health` of a llama-server says. */
export interface LlamaHealth {
  readonly ready: boolean;
  readonly loading: boolean;
  readonly slotsBusy: number | null;
  readonly slotsTotal: number | null;
}

/** Reads `/health`. A 503 means "loading" only when the body says so: 2024 builds also send it when all slots are busy. */
export function llamaHealth(status: number, body: unknown): LlamaHealth {
  const health = objectOf(body);
  const word = textOf(health['status'])?.toLowerCase() ?? '';
  const message = textOf(objectOf(health['error'])['message'])?.toLowerCase() ?? '';
  const loading = word.includes('loading') || message.includes('loading');
  const busy = numberOf(health['slots_processing']);
  const idle = numberOf(health['slots_idle']);
  return {
    ready: !loading && (status === 200 || word === 'no slot available'),
    loading,
    slotsBusy: busy,
    slotsTotal: busy === null || idle === null ? null : busy + idle,
  };
}

/** Whether an endpoint exists, by the status of its answer; null when that does not tell. */
export function isSupported(status: number): boolean | null {
  if (status === 200 || status === 503) return true;
  return status === 404 || status === 501 ? false : null;
}
