import {
  GpuProbe,
  GpuProbeContext,
  GpuProbeHandle,
  GpuProbePlugin,
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
    if (context.platform !== 'win32') return false;
    const program = await context.world.findProgram('powershell');
    if (program !== null) this.powershell = program;
    return program !== null;
  }

  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    const seconds = Math.max(1, Math.floor(context.periodMs / 1000));
    const args = ['-NoProfile', '-NonInteractive', '-Command', counterScript(seconds)];
    let isStopped = false;
    const followed = context.world.followProgram(this.powershell, args, {
      line: (text) => {
        const samples = parseCounterRound(text);
        if (samples && !isStopped) sink.samples(samples);
      },
      ended: ({ code, stderr }) => {
        if (isStopped) return;
        const words = `PowerShell has ended (code ${String(code)}) ${stderr.trim()}`;
        sink.failed(new ProbeError('exited', words.trim()));
      },
    });
    return {
      stop: async () => {
        isStopped = true;
        await followed.kill();
      },
    };
  }
}
