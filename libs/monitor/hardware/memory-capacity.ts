/** What Linux tells about the size of the memory. */
export interface MemoryFacts {
  readonly meminfoTotalBytes: number;
  /** Present pages of all zones but `Device`, in bytes. */
  readonly zonePresentBytes: number | null;
  /** Limits of the control group as their files say it; `max` is none. */
  readonly cgroupLimits: readonly (string | null)[];
}

/** Larger of total memory and zone pages, then the smallest of it and the control group's limits. */
export function memoryCapacity(facts: MemoryFacts): number {
  const physical = Math.max(facts.meminfoTotalBytes, facts.zonePresentBytes ?? 0);
  const limits = facts.cgroupLimits
    .map((text) => Number(text?.trim() || Number.NaN))
    .filter((limit) => Number.isFinite(limit) && limit > 0);
  return Math.min(physical, ...limits);
}

/** Sum of the present pages in /proc/zoneinfo, or null when there are none. */
export function parseZoneinfo(text: string, pageBytes: number): number | null {
  let pages = 0;
  let isCounted = false;
  for (const line of text.split('\n')) {
    const zone = /^Node \d+, zone\s+(\S+)/.exec(line)?.[1];
    if (zone !== undefined) isCounted = zone !== 'Device';
    const present = /^\s+present\s+(\d+)/.exec(line)?.[1];
    if (present !== undefined && isCounted) pages += Number(present);
  }
  return pages === 0 ? null : pages * pageBytes;
}
