/** Columns of the query that every driver knows, in the order of the output. */
const BASE_COLUMNS = [
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
const EXTRA_COLUMNS = [
  'temperature.memory',
  'utilization.memory',
  'power.limit',
  'clocks.sm',
  'clocks.mem',
  'pstate',
  'clocks_event_reasons.active',
  'ecc.errors.uncorrected.volatile.total',
  'pci.bus_id',
  'driver_version',
] as const;

/** What a column was called before the driver 535. */
const FORMER_NAMES: Readonly<Record<string, ExtraColumn>> = {
  'clocks_event_reasons.active': 'clocks_throttle_reasons.active',
};

/** Name of a column behind the base ones. */
export type ExtraColumn = (typeof EXTRA_COLUMNS)[number] | 'clocks_throttle_reasons.active';

/** Arguments of one query over all devices. */
export function queryArguments(extras: readonly ExtraColumn[]): string[] {
  const columns = [...BASE_COLUMNS, ...extras].join(',');
  return [`--query-gpu=${columns}`, '--format=csv,noheader,nounits'];
}

/** The column that an error text calls invalid, or null. */
export function invalidColumn(output: string): string | null {
  return /Field "([^"]+)" is not a valid field to query/.exec(output)?.[1] ?? null;
}

/** The columns behind the base ones for a driver that has refused some names. */
export function columnsWithout(refused: ReadonlySet<string>): readonly ExtraColumn[] {
  return EXTRA_COLUMNS.map((column) =>
    refused.has(column) ? (FORMER_NAMES[column] ?? column) : column,
  ).filter((column) => !refused.has(column));
}
