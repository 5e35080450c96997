/** What identifies a Linux distribution. */
export interface Distribution {
  /** For example `ubuntu`. */
  readonly id: string | null;
  readonly version: string | null;
}

/** Reads /etc/os-release (freedesktop.org, "os-release"). */
export function parseOsRelease(text: string): Distribution {
  const value = (key: string): string | null =>
    new RegExp(`^${key}=["']?([^"'\\n]*)["']?\\s*$`, 'm').exec(text)?.[1] || null;
  return { id: value('ID'), version: value('VERSION_ID') };
}

/** What /proc/cpuinfo says in words; ARM kernels say nothing of it. */
export interface ProcessorNames {
  /** For example `AuthenticAMD`. */
  readonly vendor: string | null;
  readonly model: string | null;
}

/** Reads the first processor of /proc/cpuinfo. */
export function parseCpuinfo(text: string): ProcessorNames {
  const value = (key: string): string | null =>
    new RegExp(`^${key}\\s*:\\s*(.*\\S)\\s*$`, 'm').exec(text)?.[1] ?? null;
  return { vendor: value('vendor_id'), model: value('model name') };
}

/** Size of a page out of /proc/self/smaps, bytes; null where it does not say. */
export function parsePageBytes(smaps: string): number | null {
  const kibibytes = /^KernelPageSize:\s+(\d+) kB$/m.exec(smaps)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
