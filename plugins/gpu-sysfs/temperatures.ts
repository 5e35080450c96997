import { SysfsReader } from './sysfs.reader.js';

const MILLI = 1000;
const CORE_SENSORS = ['edge', 'junction', 'pkg'];

/** Temperatures of a card in °C. */
export interface CardTemperatures {
  readonly core: number | null;
  /** Name of the sensor behind `core`. */
  readonly source: string | null;
  readonly memory: number | null;
}

/** Reads the labelled temperature sensors of a hwmon folder. */
export async function readTemperatures(hwmon: SysfsReader | undefined): Promise<CardTemperatures> {
  const sensors = new Map<string, number>();
  for (const name of (await hwmon?.names()) ?? []) {
    const number = /^temp(\d+)_input$/.exec(name)?.[1];
    const celsius = number && (await hwmon!.scaled([name], MILLI));
    if (!number || typeof celsius !== 'number') continue;
    sensors.set((await hwmon!.text(`temp${number}_label`)) ?? `temp${number}`, celsius);
  }
  const source = CORE_SENSORS.find((name) => sensors.has(name)) ?? soleSensor(sensors);
  return {
    core: source === null ? null : (sensors.get(source) ?? null),
    source,
    memory: sensors.get('mem') ?? sensors.get('vram') ?? null,
  };
}

/** Older drivers have one sensor without a label. */
function soleSensor(sensors: ReadonlyMap<string, number>): string | null {
  return sensors.has('temp1') ? 'temp1' : null;
}
