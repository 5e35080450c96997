const BYTES_PER_KIB = 1024;
/** Ticks of /proc per second; the kernel shows this number to programs on all common machines. */
const TICKS_PER_SECOND = 100;

/** One line of /proc/PID/stat. */
export interface ProcessStat {
  readonly parent: number;
  readonly group: number;
  /** Own CPU time and that of children that have ended. */
  readonly cpuSeconds: number;
}

/** Reads /proc/PID/stat (proc_pid_stat(5)); null when it is damaged. The name may hold anything. */
export function parseProcessStat(text: string): ProcessStat | null {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(0, 15);
  const [parent, group] = [Number(fields[1]), Number(fields[2])];
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  if (fields.length < 15 || !Number.isInteger(parent) || !Number.isFinite(ticks)) return null;
  return { parent, group, cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** Memory of one process. */
export interface ProcessMemory {
  readonly residentBytes: number;
  /** Without mapped files; null with kernels that do not tell. */
  readonly ownBytes: number | null;
}

/** Reads /proc/PID/status (proc_pid_status(5)); null for a process without memory (a zombie). */
export function parseProcessStatus(text: string): ProcessMemory | null {
  const bytes = (key: string): number | null => {
    const kib = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return kib === undefined ? null : Number(kib) * BYTES_PER_KIB;
  };
  const residentBytes = bytes('VmRSS');
  if (residentBytes === null) return null;
  const anonymous = bytes('RssAnon');
  const ownBytes = anonymous === null ? null : anonymous + (bytes('RssShmem') ?? 0);
  return { residentBytes, ownBytes };
}
