import * as os from 'node:os';
import { HostReading, HostSampler } from './host-sample.interface.js';
import { CpuTicks, busyShares } from './proc-stat.js';

/**
 * Reads the machine through Node and systeminformation, on systems without /proc. macOS tells no
 * network counters, Windows neither swap nor load.
 */
export class PortableHostSampler implements HostSampler {
  private before: readonly CpuTicks[] = [];

  constructor(private readonly platform: NodeJS.Platform) {}

  async read(): Promise<HostReading> {
    const ticks = os.cpus().map(({ times }, cpu) => {
      const busy = times.user + times.nice + times.sys + times.irq;
      return { cpu, busy, total: busy + times.idle };
    });
    const { mem } = await import('systeminformation');
    const memory = await mem();
    const hasSwap = this.platform !== 'win32';
    const cpuPercentPerCore = busyShares(this.before, ticks);
    this.before = ticks;
    const [one = 0, five = 0, fifteen = 0] = os.loadavg();
    return {
      cpuPercentPerCore,
      memory: {
        totalBytes: memory.total,
        freeBytes: memory.free,
        availableBytes: memory.available,
        usedBytes: memory.total - memory.available,
        swapTotalBytes: hasSwap ? memory.swaptotal : null,
        swapUsedBytes: hasSwap ? memory.swapused : null,
      },
      load: this.platform === 'win32' ? null : [one, five, fifteen],
      network: this.platform === 'darwin' ? null : await this.network(),
      pressure: null,
    };
  }

  private async network(): Promise<HostReading['network']> {
    const { networkStats } = await import('systeminformation');
    const interfaces = await networkStats('*');
    return interfaces.map(({ iface, rx_bytes, tx_bytes }) => {
      return { name: iface, receivedBytes: rx_bytes, sentBytes: tx_bytes };
    });
  }
}
