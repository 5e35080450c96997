/** Columns of the query that every driver knows, in the order of the output. */
export const BASE_COLUMNS = [
  'index',
  'name',
  'uuid',
  'temperature.gpu',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'fan.speed',
  'power.draw',
] as const;

/** Columns that are asked for behind the base ones; a driver that does not know one loses it. */
export const EXTRA_COLUMNS = [
  'temperature.memory',
  'power.limit',
  'clocks.sm',
  'clocks.mem',
  'pci.bus_id',
  'driver_version',
] as const;

/** Name of a column behind the base ones. */
export type ExtraColumn = (typeof EXTRA_COLUMNS)[number];

/** Arguments of one query over all devices. */
export function queryArguments(extras: readonly ExtraColumn[]): string[] {
  const columns = [...BASE_COLUMNS, ...extras].join(',');
  return [`--query-gpu=${columns}`, '--format=csv,noheader,nounits'];
}

/** The column that an error text calls invalid, or null. */
export function invalidColumn(output: string): string | null {
  return /Field "([^"]+)" is not a valid field to query/.exec(output)?.[1] ?? null;
}
