import {
  FollowedGpuProbe,
  GpuInventoryItem,
  GpuProbe,
  GpuProbeContext,
  GpuProbeHandle,
  GpuSample,
  GpuSampleSink,
  PollingGpuProbe,
  ProbeError,
} from '#lib/plugin-api';
import { IOREG_ARGUMENTS, parseIoreg } from './ioreg.js';
import { DISPLAYS_ARGUMENTS, parseMacDisplays } from './mac-displays.js';
import { parseMactop, withGpuMemory } from './mactop.js';

const TIMEOUT_MS = 5000;
const BREW_FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin'];

/** The GPU of an Apple machine: `mactop` where it is installed, with the memory from `ioreg`, else `ioreg` alone. */
@GpuProbe('apple')
export class AppleProbe extends PollingGpuProbe {
  override readonly priority = 30;
  private mactop: string | null = null;

  override async detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean> {
    if (context.platform !== 'darwin') throw new ProbeError('absent', 'it reads macOS only');
    this.mactop = await context.world.findProgram('mactop', BREW_FOLDERS);
    if (this.mactop !== null || (await readIoreg(context, signal)) !== null) return true;
    throw new ProbeError('absent', 'ioreg lists no GPU, and mactop is not on PATH');
  }

  async inventory(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuInventoryItem[]> {
    if (context.platform !== 'darwin') return [];
    const program = await context.world.findProgram('system_profiler', ['/usr/sbin']);
    if (program === null) return [];
    const limits = { timeoutMs: TIMEOUT_MS, signal };
    const { stdout } = await context.world.runProgram(program, DISPLAYS_ARGUMENTS, limits);
    return parseMacDisplays(stdout, context.memoryTotalBytes);
  }

  override start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    return this.mactop === null
      ? super.start(context, sink)
      : followMactop(this.mactop, context, sink);
  }

  protected override async sample(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuSample[]> {
    const sample = await readIoreg(context, signal);
    if (!sample) throw new ProbeError('no_devices', 'ioreg lists no GPU');
    return [sample];
  }
}

async function readIoreg(context: GpuProbeContext, signal: AbortSignal): Promise<GpuSample | null> {
  const program = await context.world.findProgram('ioreg', ['/usr/sbin']);
  if (program === null) return null;
  const limits = { timeoutMs: TIMEOUT_MS, signal };
  const { stdout } = await context.world.runProgram(program, IOREG_ARGUMENTS, limits);
  return parseIoreg(stdout, context.memoryTotalBytes);
}

function followMactop(
  program: string,
  context: GpuProbeContext,
  sink: GpuSampleSink,
): GpuProbeHandle {
  const interval = String(Math.max(1000, context.periodMs));
  const args = ['--headless', '--format', 'json', '--interval', interval];
  const read = async (line: string, signal: AbortSignal): Promise<readonly GpuSample[] | null> => {
    const sample = parseMactop(line);
    if (!sample) return null;
    const memory = await readIoreg(context, signal).catch(() => null);
    return [withGpuMemory(sample, memory)];
  };
  return new FollowedGpuProbe({ name: 'mactop', program, args, read }, context, sink);
}
