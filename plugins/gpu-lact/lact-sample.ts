import { GpuSample, pciAddressOf, sharePercent, unknownGpu } from '#lib/plugin-api';
import { JsonObject, LactDevice, objectOf } from './lact-protocol.js';

const BYTES_PER_MIB = 1024 * 1024;
const HERTZ_PER_MHZ = 1_000_000;
const PWM_MAX = 255;

/** Order in which a core temperature is looked for: AMD, NVIDIA, Intel, then what is left. */
const CORE_SENSORS = ['edge', 'GPU', 'pkg', 'gpu', 'junction', 'GPU Hotspot'];
/** An id begins with the number of the vendor. */
const VENDORS = new Map([
  ['10DE', 'NVIDIA'],
  ['1002', 'AMD'],
  ['8086', 'Intel'],
]);
const MEMORY_SENSORS = ['mem', 'VRAM', 'vram'];
const MEMORY_PARTS = /^(VRAM Chip|vram_ch_)/;

/** Reads the answer to `device_stats` for the device at position `index` of the list. */
export function lactSample(index: number, device: LactDevice, data: unknown): GpuSample {
  const stats = objectOf(data);
  const vram = objectOf(stats['vram']);
  const power = objectOf(stats['power']);
  const clocks = objectOf(stats['clockspeed']);
  const core = coreTemperature(objectOf(stats['temps']));
  const memory = memoryTemperature(objectOf(stats['temps']));
  const used = numberOf(vram['used']);
  const total = numberOf(vram['total']);
  return {
    ...unknownGpu(index),
    uuid: device.id,
    pciAddress: pciAddressOf(device.id.split('-').at(-1)),
    name: device.name,
    vendor: VENDORS.get(device.id.slice(0, 4)) ?? null,
    temperatureCelsius: core?.celsius ?? null,
    temperatureSource: core?.sensor ?? null,
    memoryTemperatureCelsius: memory?.celsius ?? null,
    utilizationPercent: numberOf(stats['busy_percent']),
    memoryUtilizationPercent: sharePercent(used, total),
    memoryUsedBytes: used,
    memoryTotalBytes: total,
    memoryKind: device.isIntegrated ? 'shared_system' : 'dedicated',
    fanPercent: fanPercent(objectOf(stats['fan'])),
    powerWatts: positive(power['average']) ?? numberOf(power['current']),
    powerLimitWatts: numberOf(power['cap_current']),
    clockHertz: scaled(clocks['gpu_clockspeed'], HERTZ_PER_MHZ),
    memoryClockHertz: scaled(clocks['vram_clockspeed'], HERTZ_PER_MHZ),
    compatible: {
      // That API knows no sensor by its place, two of the memory's, and no device without memory.
      ...(!core && { temperatureCelsius: anyTemperature(objectOf(stats['temps'])) }),
      ...(memory && !isCompatible(memory.sensor) && { memoryTemperatureCelsius: 0 }),
      isHidden: (total ?? 0) < BYTES_PER_MIB,
    },
  };
}

interface Reading {
  readonly sensor: string;
  readonly celsius: number;
}

function isCompatible(sensor: string): boolean {
  return sensor === 'mem' || sensor === 'VRAM';
}

function coreTemperature(temps: JsonObject): Reading | null {
  const names = Object.keys(temps)
    .filter((name) => !isMemorySensor(name))
    .toSorted();
  const primary = names.filter((name) => objectOf(temps[name])['primary'] === true);
  return firstReading(temps, [...CORE_SENSORS, ...primary, ...names]);
}

function anyTemperature(temps: JsonObject): number {
  return firstReading(temps, Object.keys(temps).toSorted())?.celsius ?? 0;
}

function memoryTemperature(temps: JsonObject): Reading | null {
  const whole = firstReading(temps, MEMORY_SENSORS);
  // A memory sensor that reads 0 is not there.
  if (whole && whole.celsius > 0) return whole;
  const parts = Object.keys(temps)
    .filter((name) => MEMORY_PARTS.test(name))
    .map((name) => firstReading(temps, [name]))
    .filter((reading) => reading !== null && reading.celsius > 0);
  return parts.toSorted((a, b) => b!.celsius - a!.celsius)[0] ?? null;
}

function isMemorySensor(name: string): boolean {
  return MEMORY_SENSORS.includes(name) || MEMORY_PARTS.test(name);
}

function firstReading(temps: JsonObject, names: readonly string[]): Reading | null {
  for (const sensor of names) {
    const celsius = numberOf(objectOf(temps[sensor])['current']);
    if (celsius !== null) return { sensor, celsius };
  }
  return null;
}

function fanPercent(fan: JsonObject): number | null {
  const pwm = numberOf(fan['pwm_current']);
  return pwm === null ? null : (pwm / PWM_MAX) * 100;
}

function scaled(value: unknown, factor: number): number | null {
  const number = numberOf(value);
  return number === null ? null : number * factor;
}

function positive(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number > 0 ? number : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
