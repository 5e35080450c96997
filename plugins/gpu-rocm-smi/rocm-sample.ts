import {
  CompatibleGpuFigures,
  GpuSample,
  pciAddressOf,
  sharePercent,
  toolNumber,
  toolText,
  unknownGpu,
} from '#lib/plugin-api';
import { RocmCard, parseRocmOutput } from './rocm-cards.js';

const SENSORS = ['edge', 'junction', 'hotspot'];
const POWER = ['current socket graphics package power (w)', 'average graphics package power (w)'];

/** Reads the samples out of the output of rocm-smi (`--json` or `--csv`). */
export function parseRocmSamples(output: string): readonly GpuSample[] {
  const { cards, isTable } = parseRocmOutput(output);
  return cards.map((card) => rocmSample(card, isTable));
}

function rocmSample(card: RocmCard, isTable: boolean): GpuSample {
  const text = (name: string): string | null => toolText(card.properties.get(name));
  const number = (name: string): number | null => toolNumber(card.properties.get(name));
  const sensor = SENSORS.find((name) => number(sensorKey(name)) !== null) ?? null;
  const used = number('vram total used memory (b)');
  const total = number('vram total memory (b)');
  return {
    ...unknownGpu(Number(card.device.slice('card'.length))),
    uuid: text('guid'),
    pciAddress: pciAddressOf(text('pci bus')),
    vendor: 'AMD',
    name: text('card series') ?? text('device name'),
    temperatureCelsius: sensor === null ? null : number(sensorKey(sensor)),
    temperatureSource: sensor,
    memoryTemperatureCelsius: number(sensorKey('memory')),
    utilizationPercent: number('gpu use (%)'),
    memoryUtilizationPercent: sharePercent(used, total),
    memoryUsedBytes: used,
    memoryTotalBytes: total,
    memoryKind: 'dedicated',
    fanPercent: number('fan speed (%)'),
    powerWatts: POWER.map(number).find((watts) => watts !== null) ?? null,
    powerLimitWatts: number('max graphics package power (w)'),
    compatible: { name: compatibleName(card, isTable), ...(isTable && tableDeviations(card)) },
  };
}

function sensorKey(sensor: string): string {
  return `temperature (sensor ${sensor}) (c)`;
}

/** That API appends the card and, where it is known, the architecture. */
function compatibleName(card: RocmCard, isTable: boolean): string {
  const text = (name: string): string | null =>
    isTable ? spelt(card, name) : toolText(card.properties.get(name.toLowerCase()));
  const series = text('Card Series') ?? text('Device Name');
  if (series === null) return card.device;
  const version = text('GFX Version');
  return `${series} ${card.device}${version === null ? '' : ` (${version})`}`;
}

/** A value under exactly this name: that API knows no other spelling. */
function spelt({ spellings, properties }: RocmCard, name: string): string | null {
  return spellings.has(name) ? toolText(properties.get(name.toLowerCase())) : null;
}

/**
 * In a table the header is the union over all cards. That API knows the edge sensor only and lets the
 * last power column win, even where a card has no value in it.
 */
function tableDeviations(card: RocmCard): CompatibleGpuFigures {
  const number = (name: string): number => toolNumber(spelt(card, name)) ?? 0;
  const columns = [...card.properties.keys()].filter((name) => POWER.includes(name));
  const last = columns.at(-1);
  return {
    uuid: spelt(card, 'GUID') ?? '',
    fanPercent: number('Fan speed (%)'),
    temperatureCelsius: number('Temperature (Sensor edge) (C)'),
    memoryTemperatureCelsius: number('Temperature (Sensor memory) (C)'),
    utilizationPercent: number('GPU use (%)'),
    ...(last !== undefined && { powerWatts: toolNumber(card.properties.get(last)) ?? 0 }),
  };
}
