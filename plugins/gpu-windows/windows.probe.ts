import {
  FollowedGpuProbe,
  GpuProbe,
  GpuProbeContext,
  GpuProbeHandle,
  GpuProbePlugin,
  GpuSample,
  GpuSampleSink,
  ProbeError,
} from '#lib/plugin-api';
import { counterScript, parseCounterRound } from './counter-round.js';

/** GPUs of all vendors on Windows through its performance counters, by one long-running PowerShell. */
@GpuProbe('windows')
export class WindowsProbe implements GpuProbePlugin {
  readonly priority = 20;
  private powershell = 'powershell.exe';

  async detect(context: GpuProbeContext): Promise<boolean> {
    if (context.platform !== 'win32') throw new ProbeError('absent', 'it reads Windows only');
    const program = await context.world.findProgram('powershell');
    if (program === null) throw new ProbeError('absent', 'powershell.exe is not on PATH');
    this.powershell = program;
    return true;
  }

  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    const seconds = Math.max(1, Math.floor(context.periodMs / 1000));
    const args = ['-NoProfile', '-NonInteractive', '-Command', counterScript(seconds)];
    const tool = { name: 'PowerShell', program: this.powershell, args, read };
    return new FollowedGpuProbe(tool, context, sink);
  }
}

async function read(line: string): Promise<readonly GpuSample[] | null> {
  return parseCounterRound(line);
}
