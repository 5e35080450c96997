import { GpuSample, sharePercent, toolJson, unknownGpu } from '#lib/plugin-api';
import { CounterValue, adapterLoads, adapterLuid } from './gpu-engine.js';
import { MICROSOFT, NVIDIA, VENDORS } from './vendors.js';

/** A graphics adapter as the registry describes it. */
interface Adapter {
  readonly name: string;
  readonly luid: number;
  readonly memoryBytes: number;
  /** PCI vendor number. */
  readonly vendorId: number;
}

/** What a reader of the counters leaves to others. */
export interface CounterScope {
  /** nvidia-smi reads these; nothing here tells which of its devices is which. */
  readonly isNvidiaLeftOut: boolean;
}

/** One round of the counters, as the script prints it in one line. */
interface CounterRound {
  readonly engines: readonly CounterValue[];
  readonly memory: readonly CounterValue[];
  readonly adapters: readonly Adapter[];
}

/** Reads a line of {@link COUNTER_SCRIPT}; null for anything else. */
export function parseCounterRound(
  line: string,
  scope: CounterScope = { isNvidiaLeftOut: false },
): readonly GpuSample[] | null {
  const round = parse(line);
  if (!round) return null;
  const loads = adapterLoads(round.engines);
  const used = new Map(round.memory.map(({ instance, value }) => [adapterLuid(instance), value]));
  const adapterOf = (luid: number | null): Adapter | undefined =>
    round.adapters.find((one) => one.luid === luid);
  // The registry keeps adapters of earlier starts too: only what is counted is there.
  const luids = [...new Set([...used.keys(), ...loads.keys()])].filter((luid) => luid !== null);
  const shown = luids.filter((luid) => isShown(adapterOf(luid), scope));
  return shown.map((luid, index) => {
    const adapter = adapterOf(luid);
    const load = loads.get(luid);
    const usedBytes = used.get(luid) ?? null;
    const totalBytes = adapter && adapter.memoryBytes > 0 ? adapter.memoryBytes : null;
    return {
      ...unknownGpu(index),
      uuid: `luid-${luid.toString(16)}`,
      name: adapter?.name ?? `GPU ${index}`,
      vendor: VENDORS.get(adapter?.vendorId ?? 0) ?? null,
      utilizationPercent: load?.busiestPercent ?? null,
      memoryUtilizationPercent: sharePercent(usedBytes, totalBytes),
      memoryUsedBytes: usedBytes,
      memoryTotalBytes: totalBytes,
      memoryKind: totalBytes === null ? 'unknown' : 'dedicated',
      compatible: { ...(load && { utilizationPercent: load.sumPercent }) },
    };
  });
}

function isShown(adapter: Adapter | undefined, { isNvidiaLeftOut }: CounterScope): boolean {
  const vendorId = adapter?.vendorId;
  return vendorId !== MICROSOFT && !(isNvidiaLeftOut && vendorId === NVIDIA);
}

/**
 * A PowerShell script that prints a round of counters as one line of JSON, for ever. It asks the
 * formatted-data classes, because the names of the counters themselves are translated; names and memory
 * sizes of adapters come from DirectX's own registry key.
 */
export function counterScript(seconds: number): string {
  return `$ErrorActionPreference='SilentlyContinue'
$adapters=@(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\DirectX\\*' | Where-Object AdapterLuid |
  ForEach-Object {@{name=$_.Description;luid=$_.AdapterLuid;memoryBytes=$_.DedicatedVideoMemory;
  vendorId=$_.VendorId}})
$p='Win32_PerfFormattedData_GPUPerformanceCounters_'
while($true){
$e=@(Get-CimInstance ($p+'GPUEngine') |
  ForEach-Object {@{instance=$_.Name;value=[double]$_.UtilizationPercentage}})
$m=@(Get-CimInstance ($p+'GPUAdapterMemory') |
  ForEach-Object {@{instance=$_.Name;value=[double]$_.DedicatedUsage}})
@{engines=$e;memory=$m;adapters=$adapters} | ConvertTo-Json -Compress -Depth 4
Start-Sleep -Seconds ${seconds}}`;
}

/** The objects of a list; a list of one may be printed without its brackets. */
function listOf(value: unknown): readonly object[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'object' && item !== null);
}

function values(list: unknown): readonly CounterValue[] {
  return (listOf(list) as CounterValue[]).filter(({ instance, value }) => {
    return typeof instance === 'string' && Number.isFinite(value);
  });
}

function parse(line: string): CounterRound | null {
  const round = line.trimStart().startsWith('{') ? toolJson(line) : undefined;
  if (round === undefined) return null;
  const { engines, memory, adapters } = round as Readonly<Record<string, unknown>>;
  return {
    engines: values(engines),
    memory: values(memory),
    adapters: listOf(adapters) as Adapter[],
  };
}
