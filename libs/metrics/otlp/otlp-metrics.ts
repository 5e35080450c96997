import { nanoseconds, otlpAttributes } from './otlp-json.js';
import { Attributes } from './otlp.interface.js';

const CUMULATIVE = 2;

/** A family as the registry hands it out (`Registry.getMetricsAsJSON` of prom-client). */
export interface RegistryFamily {
  readonly name: string;
  readonly help: string;
  /** A word, or the library's own constant for one. */
  readonly type: unknown;
  readonly values: readonly RegistryValue[];
}

/** One value of a family. */
export interface RegistryValue {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

/** Moments of an export, Unix milliseconds. */
export interface ExportTimes {
  /** When counting began. */
  readonly startMs: number;
  readonly nowMs: number;
}

/** Who serves a model, in the words of the conventions: `llama.cpp`, `vllm`, the id of a peer. */
export type ProviderOf = (model: string) => string | null;

interface Convention {
  readonly name: string;
  readonly unit: string;
  readonly more?: Attributes;
}

/** Our families that the OpenTelemetry conventions for generative AI have a name for. */
const CONVENTIONS: ReadonlyMap<string, Convention> = new Map([
  ['drover_request_duration_seconds', { name: 'gen_ai.server.request.duration', unit: 's' }],
  ['drover_time_to_first_token_seconds', { name: 'gen_ai.server.time_to_first_token', unit: 's' }],
  [
    'drover_time_per_output_token_seconds',
    { name: 'gen_ai.server.time_per_output_token', unit: 's' },
  ],
  [
    'drover_request_input_tokens',
    { name: 'gen_ai.client.token.usage', unit: '{token}', more: { 'gen_ai.token.type': 'input' } },
  ],
  [
    'drover_request_output_tokens',
    { name: 'gen_ai.client.token.usage', unit: '{token}', more: { 'gen_ai.token.type': 'output' } },
  ],
]);

const LABELS: ReadonlyMap<string, string> = new Map([
  ['model', 'gen_ai.request.model'],
  ['operation', 'gen_ai.operation.name'],
]);

/**
 * The families of a registry as OTLP metrics: those that the conventions name under these names, all
 * others under their own. Compatible families are left out, they say nothing new.
 */
export function otlpMetrics(
  families: readonly RegistryFamily[],
  times: ExportTimes,
  providerOf: ProviderOf,
): object[] {
  const wanted = families.filter(({ name }) => !name.startsWith('llamaswap_'));
  const groups = Map.groupBy(wanted, ({ name }) => CONVENTIONS.get(name)?.name ?? name);
  return [...groups].flatMap(([name, group]) => {
    const [first] = group as [RegistryFamily, ...RegistryFamily[]];
    const convention = CONVENTIONS.get(first.name);
    const points = group.flatMap((family) => pointsOf(family, times, providerOf));
    if (points.length === 0) return [];
    const unit = convention?.unit ?? unitOf(first.name);
    return [{ name, description: first.help, unit, ...shapeOf(first, points) }];
  });
}

function shapeOf({ type }: RegistryFamily, dataPoints: readonly object[]): object {
  if (type === 'histogram') {
    return { histogram: { aggregationTemporality: CUMULATIVE, dataPoints } };
  }
  if (type === 'counter') {
    return { sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
  }
  return { gauge: { dataPoints } };
}

function pointsOf(family: RegistryFamily, times: ExportTimes, providerOf: ProviderOf): object[] {
  const convention = CONVENTIONS.get(family.name);
  const attributes = (labels: RegistryValue['labels']): object[] =>
    otlpAttributes(convention ? conventional(labels, convention, providerOf) : labels);
  if (family.type === 'histogram') return histogramPoints(family, times, attributes);
  return family.values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ labels, value }) => ({
      attributes: attributes(labels),
      ...(family.type === 'counter' && { startTimeUnixNano: nanoseconds(times.startMs) }),
      timeUnixNano: nanoseconds(times.nowMs),
      asDouble: value,
    }));
}

function conventional(
  labels: RegistryValue['labels'],
  { more }: Convention,
  providerOf: ProviderOf,
): Attributes {
  const renamed = Object.entries(labels).map(
    ([name, value]) => [LABELS.get(name) ?? `drover.${name}`, value] as const,
  );
  const provider = providerOf(String(labels['model'] ?? ''));
  return { ...Object.fromEntries(renamed), 'gen_ai.provider.name': provider, ...more };
}

type EncodeLabels = (labels: RegistryValue['labels']) => object[];

/** One point per set of labels, out of the cumulated buckets of the page. */
function histogramPoints(
  { name, values }: RegistryFamily,
  { startMs, nowMs }: ExportTimes,
  attributes: EncodeLabels,
): object[] {
  const series = Map.groupBy(values, ({ labels: { le: _limit, ...labels } }) => {
    return JSON.stringify(labels);
  });
  return [...series.values()].flatMap((parts) => {
    const buckets = parts.filter(({ metricName }) => metricName === `${name}_bucket`);
    const { le: _limit, ...labels } = parts[0]!.labels;
    const sum = parts.find(({ metricName }) => metricName === `${name}_sum`)?.value ?? 0;
    const count = buckets.at(-1)?.value ?? 0;
    if (count === 0) return [];
    const bucketCounts = buckets.map(({ value }, at) =>
      String(value - (buckets[at - 1]?.value ?? 0)),
    );
    const limits = buckets.map(({ labels: { le } }) => Number(le));
    return [
      {
        attributes: attributes(labels),
        startTimeUnixNano: nanoseconds(startMs),
        timeUnixNano: nanoseconds(nowMs),
        count: String(count),
        sum,
        bucketCounts,
        explicitBounds: limits.filter((limit) => Number.isFinite(limit)),
      },
    ];
  });
}

/** Units of the ends of our names, in the words of OTLP (UCUM). */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_seconds(_total)?$/, 's'],
  [/_bytes(_total)?$/, 'By'],
  [/_celsius(_total)?$/, 'Cel'],
  [/_watts(_total)?$/, 'W'],
  [/_joules(_total)?$/, 'J'],
  [/_hertz(_total)?$/, 'Hz'],
];

function unitOf(name: string): string {
  return UNITS.find(([ending]) => ending.test(name))?.[1] ?? '1';
}
