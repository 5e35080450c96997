import { PluginKind } from '#lib/plugin-api';

/** A plugin of a package that had to be cut off. */
export interface PluginFault {
  readonly kind: PluginKind;
  readonly name: string;
  /** Package that it comes from. */
  readonly package: string;
  /** What it did. */
  readonly reason: string;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** How the plugins of packages behave, for displays: what was cut off, how often and why. */
export class PluginWatch {
  private readonly faults = new Map<string, PluginFault>();
  private readonly counts = new Map<string, number>();
  private readonly listeners = new Set<(fault: PluginFault) => void>();

  /** A plugin was cut off. */
  report(fault: PluginFault): void {
    const key = `${fault.kind}\n${fault.name}`;
    this.faults.set(key, fault);
    this.counts.set(key, this.timesCutOff(fault.kind, fault.name) + 1);
    for (const listener of this.listeners) listener(fault);
  }

  /** Why and when the plugin was cut off last; null when it never was. */
  lastFault(kind: PluginKind, name: string): PluginFault | null {
    return this.faults.get(`${kind}\n${name}`) ?? null;
  }

  timesCutOff(kind: PluginKind, name: string): number {
    return this.counts.get(`${kind}\n${name}`) ?? 0;
  }

  /** Told of every fault from now on; the result ends that. */
  onFault(listener: (fault: PluginFault) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
