import { CompatibleGpu, CompatibleHost, EngineSample, ProbeState } from '#lib/monitor';

/** A system sample for people to read. */
export function hostText(host: CompatibleHost, time: string): string {
  const cores = host.cpu_util_per_core.map((share) => `${share.toFixed(1)}%`).join('  ');
  const loads = [host.load_avg_1, host.load_avg_5, host.load_avg_15].map((load) => load.toFixed(2));
  return [
    `[SYS ${time}]`,
    `  CPU:  ${cores}`,
    `  Mem:  ${host.mem_used_mb} MB used / ${host.mem_total_mb} MB total (${host.mem_free_mb} MB free)`,
    `  Swap: ${host.swap_used_mb} MB used / ${host.swap_total_mb} MB total`,
    `  Load: ${loads.join('  ')}  (1m 5m 15m)`,
    '',
  ].join('\n');
}

/** A GPU sample for people to read. */
export function gpuText(gpu: CompatibleGpu): string {
  return [
    `[GPU ${gpu.id} ${gpu.name}]`,
    `  Util:  GPU ${oneDecimal(gpu.gpu_util_pct)}%  Mem ${oneDecimal(gpu.mem_util_pct)}%`,
    `  Mem:   ${gpu.mem_used_mb} MB used / ${gpu.mem_total_mb} MB total`,
    `  Temp:  ${gpu.temp_c}°C   Fan: ${oneDecimal(gpu.fan_speed_pct)}%   Power: ${oneDecimal(gpu.power_draw_w)} W`,
    '',
  ].join('\n');
}

/** How each probe is doing, and why a silent one is silent. */
export function probesText(probes: readonly ProbeState[]): string {
  const width = Math.max(0, ...probes.map(({ name }) => name.length));
  const lines = probes.map((probe) => `  ${probe.name.padEnd(width)}  ${probeWords(probe)}`);
  return ['[PROBES]', ...lines, ''].join('\n');
}

function probeWords({ state, tookMs, detail }: ProbeState): string {
  const time = tookMs === null ? '' : `, first sample after ${(tookMs / 1000).toFixed(2)} s`;
  return `${state}${time}${detail === null ? '' : `: ${detail}`}`;
}

/** A sample of a model server for people to read; what it does not tell is a dash. */
export function engineText(address: URL, sample: EngineSample): string {
  const title = `[ENGINE ${address.href} ${sample.engine ?? 'unknown'}]`;
  if (!sample.ok) return `${title}\n  Error: ${sample.error ?? 'no answer'}\n`;
  const { busySlots, totalSlots, queuedRequests, contextUsed, contextTotal } = sample;
  return [
    title,
    `  Slots:   ${or(busySlots)} busy / ${or(totalSlots)} total   Queued: ${or(queuedRequests)}`,
    `  Context: ${or(contextUsed)} used / ${or(contextTotal)} total`,
    `  Tokens:  ${or(sample.tokensGenerated)} generated, ${or(sample.promptTokens)} of prompts`,
    `  Speed:   ${or(sample.tokensPerSecond)} tokens/s, prompts ${or(sample.promptTokensPerSecond)}`,
    '',
  ].join('\n');
}

function or(value: number | null): string {
  if (value === null) return '-';
  return Number.isInteger(value) ? String(value) : oneDecimal(value);
}

function oneDecimal(value: number): string {
  return value.toFixed(1);
}
