import {
  GpuSample,
  pciAddressOf,
  sharePercent,
  toolNumber,
  toolText,
  unknownGpu,
} from '#lib/plugin-api';
import { ExtraColumn } from './nvidia-columns.js';
import { throttleReasons } from './throttle-reasons.js';

const BYTES_PER_MIB = 1024 * 1024;
const HERTZ_PER_MHZ = 1_000_000;
/** Values behind the UUID that every row has. */
const BASE_VALUES = 6;

/**
 * Reads one row of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`. Anything in square brackets
 * means "no value". A comma inside the name does no harm. Null for a line that is no row.
 */
export function parseNvidiaRow(
  line: string,
  extras: readonly ExtraColumn[] = [],
): GpuSample | null {
  const fields = line.split(',').map((field) => field.trim());
  const index = toolNumber(fields[0]);
  const uuidAt = uuidPosition(fields, extras);
  if (index === null || !Number.isInteger(index) || index < 0 || uuidAt === null) return null;
  const [temperature, utilization, used, total, fan, power, ...rest] = fields.slice(uuidAt + 1);
  const extra = extraReader(rest, extras);
  const usedBytes = scaled(used, BYTES_PER_MIB);
  const totalBytes = scaled(total, BYTES_PER_MIB);
  const name = fields.slice(1, uuidAt).join(', ');
  if (saysNothing([name, ...fields.slice(uuidAt, uuidAt + 1 + BASE_VALUES)])) return null;
  return {
    ...unknownGpu(index),
    uuid: toolText(fields[uuidAt]),
    pciAddress: pciAddressOf(extra('pci.bus_id')),
    name: toolText(name),
    vendor: 'NVIDIA',
    driverVersion: toolText(extra('driver_version')),
    temperatureCelsius: toolNumber(temperature),
    temperatureSource: toolNumber(temperature) === null ? null : 'GPU',
    memoryTemperatureCelsius: toolNumber(extra('temperature.memory')),
    utilizationPercent: toolNumber(utilization),
    memoryUtilizationPercent: sharePercent(usedBytes, totalBytes),
    memoryUsedBytes: usedBytes,
    memoryTotalBytes: totalBytes,
    memoryKind: isShared(total) ? 'unified' : 'dedicated',
    fanPercent: toolNumber(fan),
    powerWatts: toolNumber(power),
    powerLimitWatts: toolNumber(extra('power.limit')),
    clockHertz: scaled(extra('clocks.sm'), HERTZ_PER_MHZ),
    memoryClockHertz: scaled(extra('clocks.mem'), HERTZ_PER_MHZ),
    memoryBusyPercent: toolNumber(extra('utilization.memory')),
    performanceState: toolText(extra('pstate')),
    throttleReasons: throttleReasons(
      extra('clocks_event_reasons.active') ?? extra('clocks_throttle_reasons.active'),
    ),
    uncorrectedErrors: toolNumber(extra('ecc.errors.uncorrected.volatile.total')),
    compatible: {
      temperatureCelsius: whole(temperature),
      // It asks for no temperature of the memory.
      memoryTemperatureCelsius: 0,
      memoryUsedBytes: whole(used) * BYTES_PER_MIB,
      memoryTotalBytes: whole(total) * BYTES_PER_MIB,
      name,
      uuid: fields[uuidAt]!,
    },
  };
}

/** A card that is lost has words in brackets everywhere: not even which one it is. */
function saysNothing(fields: readonly string[]): boolean {
  return fields.every((field) => toolText(field) === null);
}

/** That API reads whole numbers only. */
function whole(text: string | undefined): number {
  return /^[+-]?\d+$/.test(text?.trim() ?? '') ? Number(text) : 0;
}

/** Parts that share the machine's memory have no size of their own (GB10 class). */
function isShared(total: string | undefined): boolean {
  return /^\[?(N\/A|Not Supported)\]?$/i.test(total?.trim() ?? '');
}

const UUID = /^(GPU|MIG)-/i;

/** The name may hold commas, so the UUID is looked for: by its form, else counted from the end. */
function uuidPosition(fields: readonly string[], extras: readonly string[]): number | null {
  const last = fields.length - 1 - BASE_VALUES;
  // Wrappers and stand-ins may print the base columns only.
  const counted = last - extras.length >= 2 ? last - extras.length : last;
  if (UUID.test(fields[counted] ?? '')) return counted;
  const byForm = fields.findIndex((field, at) => at > 1 && UUID.test(field));
  const at = byForm >= 0 ? byForm : counted;
  return at >= 2 && at <= last ? at : null;
}

function extraReader(
  values: readonly string[],
  extras: readonly ExtraColumn[],
): (column: ExtraColumn) => string | null {
  if (values.length !== extras.length) return () => null;
  return (column) => values[extras.indexOf(column)] ?? null;
}

function scaled(text: string | null | undefined, factor: number): number | null {
  const value = toolNumber(text);
  return value === null ? null : value * factor;
}

/** One row of `--query-compute-apps=gpu_uuid,pid,used_memory`, memory in bytes. */
export interface ComputeProcess {
  readonly uuid: string;
  readonly pid: number;
  readonly memoryBytes: number;
}

/** Reads a row of the process query; null for one without figures. */
export function parseComputeRow(line: string): ComputeProcess | null {
  const [uuid, pidText, memoryText] = line.split(',').map((field) => field.trim());
  const pid = toolNumber(pidText);
  const memoryBytes = scaled(memoryText, BYTES_PER_MIB);
  if (!uuid || pid === null || !Number.isInteger(pid) || memoryBytes === null) return null;
  return { uuid, pid, memoryBytes };
}
