import { pciAddressOf, toolNumber } from '#lib/plugin-api';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
]);

/** What the kernel counts of one open device file (kernel documentation, "DRM client usage stats"). */
export interface DrmClient {
  readonly pciAddress: string;
  /** The same for all files that share one use of the device. */
  readonly clientId: string;
  /** Busy time per engine: in nanoseconds, or in cycles of as many. */
  readonly engines: ReadonlyMap<string, EngineUse>;
  /** Memory of the device that is in use, bytes; null where the driver does not say. */
  readonly memoryBytes: number | null;
}

/** How long an engine has worked for a client. */
export interface EngineUse {
  readonly busy: number;
  /** Cycles that have passed; null: `busy` is in nanoseconds. */
  readonly total: number | null;
  /** Engines of this kind. */
  readonly capacity: number;
}

/** Reads a file of `/proc/<pid>/fdinfo`; null for one that is no graphics device. */
export function parseFdinfo(text: string): DrmClient | null {
  const values = new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trim()] as const;
    }),
  );
  const pciAddress = pciAddressOf(values.get('drm-pdev'));
  const clientId = values.get('drm-client-id');
  if (pciAddress === null || clientId === undefined) return null;
  return { pciAddress, clientId, engines: enginesOf(values), memoryBytes: memoryOf(values) };
}

function enginesOf(values: ReadonlyMap<string, string>): ReadonlyMap<string, EngineUse> {
  const engines = new Map<string, EngineUse>();
  for (const [key, text] of values) {
    const [, kind, name] = /^drm-(engine|cycles)-(?!capacity-)(.+)$/.exec(key) ?? [];
    const busy = toolNumber(text.replace(/ ns$/, ''));
    if (name === undefined || busy === null) continue;
    const total = kind === 'cycles' ? toolNumber(values.get(`drm-total-cycles-${name}`)) : null;
    if (kind === 'cycles' && total === null) continue;
    const capacity = toolNumber(values.get(`drm-engine-capacity-${name}`)) ?? 1;
    engines.set(name, { busy, total, capacity });
  }
  return engines;
}

/** i915 calls a card's own memory `local`, xe `vram`. */
function memoryOf(values: ReadonlyMap<string, string>): number | null {
  const amounts = [...values].flatMap(([key, text]) => {
    const isOwn = /^drm-resident-(local|vram)\d+$/.test(key);
    const [, count, unit] = /^(\d+) ?(KiB|MiB|GiB|)$/.exec(text) ?? [];
    return isOwn && count !== undefined ? [Number(count) * UNITS.get(unit!)!] : [];
  });
  return amounts.length === 0 ? null : amounts.reduce((sum, bytes) => sum + bytes, 0);
}
