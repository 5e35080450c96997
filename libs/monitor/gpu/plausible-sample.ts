import { GpuSample } from '#lib/plugin-api';

const ABSOLUTE_ZERO_CELSIUS = -273.15;

type Figure = {
  [Name in keyof GpuSample]-?: number extends GpuSample[Name] ? Name : never;
}[keyof GpuSample];

/** Figures that begin at 0. */
const AMOUNTS: readonly Exclude<Figure, 'index'>[] = [
  'utilizationPercent',
  'memoryUtilizationPercent',
  'memoryUsedBytes',
  'memoryTotalBytes',
  'fanPercent',
  'powerWatts',
  'powerLimitWatts',
  'clockHertz',
  'memoryClockHertz',
  'memoryBusyPercent',
  'uncorrectedErrors',
];
const TEMPERATURES = ['temperatureCelsius', 'memoryTemperatureCelsius'] as const;

/**
 * The sample without figures that cannot be: broken sensors and drivers tell of negative power and of
 * temperatures below absolute zero. What is impossible is unknown.
 */
export function plausibleSample(sample: GpuSample): GpuSample {
  const odd = [
    ...AMOUNTS.filter((name) => isBelow(sample[name], 0)),
    ...TEMPERATURES.filter((name) => isBelow(sample[name], ABSOLUTE_ZERO_CELSIUS)),
  ];
  if (odd.length === 0) return sample;
  const unknown = Object.fromEntries(odd.map((name) => [name, null]));
  return { ...sample, ...unknown };
}

/** Also true of what is no number at all, as plugins of others may deliver. */
function isBelow(value: number | null, least: number): boolean {
  return value !== null && !(Number.isFinite(value) && value >= least);
}
