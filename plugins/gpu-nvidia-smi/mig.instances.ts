import { GpuProbeContext, GpuSample } from '#lib/plugin-api';
import { NvidiaDevice, parseNvidiaList } from './nvidia-list.js';

const TIMEOUT_MS = 5000;

/** Finds out once, beside the samples, into which instances (MIG) the devices are divided. */
export class MigInstances {
  private readonly stopped = new AbortController();
  private readonly asked: Promise<void>;
  private devices: readonly NvidiaDevice[] = [];

  constructor(context: GpuProbeContext, program: string) {
    this.asked = this.ask(context, program);
  }

  /** The sample with the instances of its device, where they are known. */
  attach(sample: GpuSample): GpuSample {
    const device = this.devices.find(({ uuid }) => uuid === sample.uuid);
    if (!device) return sample;
    return { ...sample, instances: device.mig.map(({ profile, uuid }) => ({ profile, uuid })) };
  }

  /** Ends the question. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.asked;
  }

  private async ask({ world }: GpuProbeContext, program: string): Promise<void> {
    const limits = { timeoutMs: TIMEOUT_MS, signal: this.stopped.signal };
    try {
      const { stdout } = await world.runProgram(program, ['-L'], limits);
      this.devices = parseNvidiaList(stdout);
    } catch {
      // The samples are good without it.
    }
  }
}
