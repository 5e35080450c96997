import type { EngineSample } from '../api/types.js';
import type { ChartData } from './performance.js';

export type { EngineModel, EngineSample, EngineStatus } from '../api/types.js';

/** One of the six cards. */
export interface EngineCard {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  /** How much the value asks for attention. */
  readonly level: 'normal' | 'high' | 'critical';
}

/** Samples that are kept: two minutes at one per second. */
export const MOST_SAMPLES = 120;

/** Samples with new ones added, by time, without doubles, the oldest dropped. */
export function mergeSamples(
  known: readonly EngineSample[],
  fresh: readonly EngineSample[],
): readonly EngineSample[] {
  const lastMs = known.at(-1)?.timestamp ?? -Infinity;
  const added = fresh.filter((sample) => sample.timestamp > lastMs);
  return added.length === 0 ? known : [...known, ...added].slice(-MOST_SAMPLES);
}

const UNKNOWN = '–';

function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return UNKNOWN;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function pair(left: number | null | undefined, right: number | null | undefined): string {
  return left == null && right == null ? UNKNOWN : `${number(left)} / ${number(right)}`;
}

/** The six cards of the newest sample; unknown figures show a dash and why. */
export function engineCards(sample: EngineSample | undefined): EngineCard[] {
  const why = sample?.error ?? (sample?.ok ? 'the server does not tell' : 'no sample yet');
  const card = (name: string, value: string, note = ''): EngineCard => ({
    name,
    value,
    note: value === UNKNOWN ? why : note,
    level: 'normal',
  });
  const percent = sample?.contextPercent ?? null;
  const fullest = Math.max(percent ?? 0, sample?.contextPercentMaxSlot ?? 0);
  const level = fullest > 80 ? 'critical' : fullest > 60 ? 'high' : 'normal';
  const prompt = sample?.promptEvaluationTimeMs;
  return [
    card('Tokens Generated', number(sample?.tokensGenerated)),
    card('Tokens/sec', number(sample?.tokensPerSecond, 1)),
    card('Context Usage', pair(sample?.contextUsed, sample?.contextTotal), 'tokens'),
    {
      ...card(
        'Context %',
        percent === null ? UNKNOWN : `${number(percent, 1)} %`,
        sample?.contextPercentMaxSlot == null
          ? ''
          : `fullest slot ${number(sample.contextPercentMaxSlot, 1)} %`,
      ),
      level,
    },
    card('Busy Slots', pair(sample?.busySlots, sample?.totalSlots)),
    card(
      'Evaluation Time',
      sample?.evaluationTimeMs == null ? UNKNOWN : `${number(sample.evaluationTimeMs)} ms`,
      prompt == null ? '' : `prompt ${number(prompt)} ms`,
    ),
  ];
}

type Figure = (sample: EngineSample) => number | null;

/**
 * Lines over the last samples. A second without a sample, or with a failed one, is a gap.
 *
 * @param figures label and value of each line
 */
export function engineChart(
  samples: readonly EngineSample[],
  figures: Readonly<Record<string, Figure>>,
): ChartData {
  const times: number[] = [];
  const rows: (EngineSample | null)[] = [];
  for (const sample of samples) {
    const second = sample.timestamp / 1000;
    const last = times.at(-1);
    if (last !== undefined && second - last > 2.5) {
      times.push(last + 1);
      rows.push(null);
    }
    times.push(second);
    rows.push(sample.ok ? sample : null);
  }
  const series = Object.entries(figures).map(([label, of]) => ({
    label,
    values: rows.map((row) => (row === null ? null : of(row))),
  }));
  return { times, series };
}
