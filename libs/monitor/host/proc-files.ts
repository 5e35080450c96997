import { HostMemory, NetworkCounters, PressureShares } from './host-sample.interface.js';

const BYTES_PER_KIB = 1024;

/** Reads /proc/meminfo (Linux, proc(5)); null when the figures of memory are missing. */
export function parseMeminfo(text: string): HostMemory | null {
  const kib = new Map(
    [...text.matchAll(/^(\w+(?:\(\w+\))?):\s+(\d+)/gm)].map(([, key, value]) => [
      key!,
      Number(value),
    ]),
  );
  const bytes = (key: string): number | null => {
    const value = kib.get(key);
    return value === undefined ? null : value * BYTES_PER_KIB;
  };
  const totalBytes = bytes('MemTotal');
  const freeBytes = bytes('MemFree');
  // Kernels before 3.14 do not say; what is cached can be had as well.
  const cachedBytes = (bytes('Cached') ?? 0) + (bytes('SReclaimable') ?? 0);
  const availableBytes =
    bytes('MemAvailable') ?? (freeBytes === null ? null : freeBytes + cachedBytes);
  if (totalBytes === null || freeBytes === null || availableBytes === null) return null;
  const swapTotalBytes = bytes('SwapTotal');
  const swapFreeBytes = bytes('SwapFree');
  return {
    totalBytes,
    freeBytes,
    availableBytes,
    usedBytes: totalBytes - availableBytes,
    swapTotalBytes,
    swapUsedBytes:
      swapTotalBytes === null || swapFreeBytes === null ? null : swapTotalBytes - swapFreeBytes,
  };
}

/** Reads /proc/loadavg: means over 1, 5 and 15 minutes; null when it is damaged. */
export function parseLoadavg(text: string): readonly [number, number, number] | null {
  const [one, five, fifteen] = text.trim().split(/\s+/).map(Number);
  if (one === undefined || five === undefined || fifteen === undefined) return null;
  return [one, five, fifteen].every(Number.isFinite) ? [one, five, fifteen] : null;
}

/** Reads /proc/net/dev: counters since boot of every interface but `lo`. */
export function parseNetDev(text: string): readonly NetworkCounters[] {
  return text
    .split('\n')
    .map((line) => /^\s*(.+):\s*(\d+)((?:\s+\d+){8,})\s*$/.exec(line))
    .filter((match) => match !== null && match[1] !== 'lo')
    .map((match) => {
      const [, name, received, others] = match!;
      const sent = others!.trim().split(/\s+/)[7];
      return { name: name!, receivedBytes: Number(received), sentBytes: Number(sent) };
    });
}

/** Reads a file of /proc/pressure: share of time in percent, mean over 10 s, that work stood still. */
export function parsePressure(text: string): PressureShares | null {
  const share = (kind: string): number | null => {
    const value = new RegExp(`^${kind} avg10=([0-9.]+)`, 'm').exec(text)?.[1];
    return value === undefined ? null : Number(value);
  };
  const some = share('some');
  return some === null ? null : { some, full: share('full') };
}
