/** Work done by one logical CPU since boot, in kernel ticks. */
export interface CpuTicks {
  /** Number of the CPU; there are gaps where one was switched off. */
  readonly cpu: number;
  readonly busy: number;
  readonly total: number;
}

/**
 * Reads the lines `cpuN` of /proc/stat (Linux, proc(5)). Idle and I/O wait are not busy; guest time is
 * inside user time and is not added again.
 */
export function parseProcStat(text: string): readonly CpuTicks[] {
  return [...text.matchAll(/^cpu(\d+) (.*)$/gm)].map(([, cpu, fields]) => {
    const ticks = fields!.trim().split(/\s+/).map(Number);
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] =
      ticks;
    const busy = user + nice + system + irq + soft + steal;
    return { cpu: Number(cpu), busy, total: busy + idle + wait };
  });
}

/**
 * Busy share of each CPU between two looks at the counters, 0 to 100. A CPU that was not there before
 * counts from 0; no growth is 0.
 */
export function busyShares(before: readonly CpuTicks[], now: readonly CpuTicks[]): number[] {
  const earlier = new Map(before.map((ticks) => [ticks.cpu, ticks]));
  return now.map((ticks) => {
    const last = earlier.get(ticks.cpu) ?? { busy: 0, total: 0 };
    const busy = ticks.busy - last.busy;
    const total = ticks.total - last.total;
    if (busy <= 0) return 0;
    return total <= 0 ? 100 : Math.min(100, (busy / total) * 100);
  });
}

/** Mean of shares, or null when there are none. */
export function meanShare(shares: readonly number[]): number | null {
  if (shares.length === 0) return null;
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
