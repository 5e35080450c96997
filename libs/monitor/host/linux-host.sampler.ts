import { readFile } from 'node:fs/promises';
import { HostReading, HostSampler, PressureShares } from './host-sample.interface.js';
import { parseLoadavg, parseMeminfo, parseNetDev, parsePressure } from './proc-files.js';
import { CpuTicks, busyShares, parseProcStat } from './proc-stat.js';

/** Reads a file; rejects when that is not possible. */
export type ReadText = (path: string) => Promise<string>;

/** Reads the machine from /proc, without a shell and without waiting for any program. */
export class LinuxHostSampler implements HostSampler {
  private before: readonly CpuTicks[] = [];

  constructor(private readonly readText: ReadText = (path) => readFile(path, 'utf8')) {}

  async read(): Promise<HostReading> {
    const [stat, meminfo, loadavg, netDev, cpu, memory, io] = await Promise.all([
      this.readText('/proc/stat'),
      this.readText('/proc/meminfo'),
      this.optional('/proc/loadavg'),
      this.optional('/proc/net/dev'),
      this.pressure('cpu'),
      this.pressure('memory'),
      this.pressure('io'),
    ]);
    const ticks = parseProcStat(stat);
    const figures = parseMeminfo(meminfo);
    if (ticks.length === 0) throw new Error('/proc/stat lists no CPU');
    if (figures === null) throw new Error('/proc/meminfo lacks MemTotal or MemFree');
    const cpuPercentPerCore = busyShares(this.before, ticks);
    this.before = ticks;
    return {
      cpuPercentPerCore,
      memory: figures,
      load: loadavg === null ? null : parseLoadavg(loadavg),
      network: netDev === null ? null : parseNetDev(netDev),
      pressure: cpu || memory || io ? { cpu, memory, io } : null,
    };
  }

  private async pressure(resource: string): Promise<PressureShares | null> {
    const text = await this.optional(`/proc/pressure/${resource}`);
    return text === null ? null : parsePressure(text);
  }

  private async optional(path: string): Promise<string | null> {
    try {
      return await this.readText(path);
    } catch {
      return null;
    }
  }
}
