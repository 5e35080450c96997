import { Clock, formatRfc3339 } from '#lib/foundation';
import { GpuInventoryItem, GpuProbeContext, ProbeWorld } from '#lib/plugin-api';
import { NamedProbe } from '../performance.monitor.js';
import { joinAccelerators } from './accelerators.js';
import { HardwareSnapshot } from './hardware-snapshot.interface.js';
import { architectureOf, environmentOf, known, operatingSystemOf } from './machine-facts.js';
import { parseCpuinfo, parseOsRelease, parsePageBytes } from './linux-facts.js';
import { memoryCapacity, parseZoneinfo } from './memory-capacity.js';
import { snapshotProblem } from './snapshot-check.js';

/** What the detector needs from around it. */
export interface HardwareDetectorPorts {
  readonly clock: Clock;
  readonly context: GpuProbeContext;
  readonly probes: readonly NamedProbe[];
  readonly detector: { readonly name: string; readonly version: string };
}

const USUAL_PAGE_BYTES = 4096;
const TIMEOUT_MS = 10_000;
const CGROUP_FILES = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

/** Finds out how the machine is built. What cannot be found out is null. */
export class HardwareDetector {
  constructor(private readonly ports: HardwareDetectorPorts) {}

  /** @throws Error when processor and system cannot be named, or what was found cannot be true. */
  async detect(): Promise<HardwareSnapshot> {
    const limit = new AbortController();
    const cancelTimer = this.ports.clock.after(TIMEOUT_MS, () => limit.abort());
    try {
      const snapshot = await this.snapshot(limit.signal);
      const problem = snapshotProblem(snapshot);
      if (problem !== null) throw new Error(problem);
      return snapshot;
    } finally {
      cancelTimer();
    }
  }

  private async snapshot(signal: AbortSignal): Promise<HardwareSnapshot> {
    const { clock, context, detector } = this.ports;
    // Loaded when it is needed: it is large, and a start must be quick.
    const { cpu, osInfo } = await import('systeminformation');
    const [processor, system, accelerators] = await Promise.all([
      cpu(),
      osInfo(),
      this.inventory(signal),
    ]);
    return {
      schema_version: 1,
      captured_at: formatRfc3339(clock.wallMs()),
      capture: { scope: 'inference_host', method: 'detected', detector },
      architecture: architectureOf(process.arch),
      operating_system: operatingSystemOf(context.platform, await this.distribution(system)),
      environment: await this.environment(system.kernel, signal),
      cpu: {
        ...(await this.processorNames(processor)),
        socket_count: positive(processor.processors),
        physical_core_count: positive(processor.physicalCores),
        logical_thread_count: positive(processor.cores),
      },
      memory: { capacity_bytes: await this.memoryBytes() },
      accelerators: joinAccelerators(accelerators),
    };
  }

  /** On Linux the words of the kernel itself. */
  private async processorNames(processor: {
    readonly vendor: string;
    readonly manufacturer: string;
    readonly brand: string;
  }): Promise<Pick<HardwareSnapshot['cpu'], 'vendor' | 'model'>> {
    const names = parseCpuinfo((await this.linuxFile('/proc/cpuinfo')) ?? '');
    return {
      vendor: known(names.vendor) ?? known(processor.vendor),
      model: known(names.model) ?? known(`${processor.manufacturer} ${processor.brand}`),
    };
  }

  private async distribution<Facts extends { readonly distro: string; readonly release: string }>(
    facts: Facts,
  ): Promise<Facts> {
    const { id, version } = parseOsRelease((await this.linuxFile('/etc/os-release')) ?? '');
    return { ...facts, distro: id ?? facts.distro, release: version ?? facts.release };
  }

  private async linuxFile(path: string): Promise<string | null> {
    const { platform, world } = this.ports.context;
    return platform === 'linux' ? await world.readText(path) : null;
  }

  private async inventory(signal: AbortSignal): Promise<(readonly GpuInventoryItem[])[]> {
    const { context, probes } = this.ports;
    const ranked = probes.toSorted((a, b) => b.probe.priority - a.probe.priority);
    const answers = await Promise.allSettled(
      ranked.map(async ({ probe }) => (await probe.inventory?.(context, signal)) ?? []),
    );
    return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  private async environment(
    kernel: string,
    signal: AbortSignal,
  ): Promise<HardwareSnapshot['environment']> {
    const { platform, world } = this.ports.context;
    if (platform !== 'linux') return { kind: 'unknown', name: null, version: null };
    const hasDockerFile = await world.exists('/.dockerenv');
    return environmentOf({ kernel, hasDockerFile, detectVirt: await detectVirt(world, signal) });
  }

  private async memoryBytes(): Promise<number> {
    const { platform, world, memoryTotalBytes } = this.ports.context;
    if (platform !== 'linux') return memoryTotalBytes;
    const zones = await world.readText('/proc/zoneinfo');
    const pageBytes = parsePageBytes((await world.readText('/proc/self/smaps')) ?? '');
    const cgroupLimits = await Promise.all(CGROUP_FILES.map((path) => world.readText(path)));
    return memoryCapacity({
      meminfoTotalBytes: memoryTotalBytes,
      zonePresentBytes: zones === null ? null : parseZoneinfo(zones, pageBytes ?? USUAL_PAGE_BYTES),
      cgroupLimits,
    });
  }
}

async function detectVirt(
  world: ProbeWorld,
  signal: AbortSignal,
): Promise<{ name: string; code: number | null } | null> {
  const program = await world.findProgram('systemd-detect-virt');
  if (program === null) return null;
  try {
    const { stdout, code } = await world.runProgram(program, [], { timeoutMs: 2000, signal });
    return { name: stdout, code };
  } catch {
    return null;
  }
}

function positive(value: number): number | null {
  return value > 0 ? value : null;
}
