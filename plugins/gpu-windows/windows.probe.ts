import {
  FollowedGpuProbe,
  GpuInventoryItem,
  GpuProbe,
  GpuProbeContext,
  GpuProbeHandle,
  GpuProbePlugin,
  GpuSample,
  GpuSampleSink,
  ProbeError,
} from '#lib/plugin-api';
import { CounterScope, counterScript, parseCounterRound } from './counter-round.js';
import { INVENTORY_SCRIPT, parseWindowsInventory } from './windows-inventory.js';

const QUIET = ['-NoProfile', '-NonInteractive', '-Command'];
const INVENTORY_TIMEOUT_MS = 8000;

/** GPUs of all vendors on Windows through its performance counters, by one long-running PowerShell. */
@GpuProbe('windows')
export class WindowsProbe implements GpuProbePlugin {
  readonly priority = 20;
  private powershell = 'powershell.exe';
  private scope: CounterScope = { isNvidiaLeftOut: false };

  async detect(context: GpuProbeContext): Promise<boolean> {
    if (context.platform !== 'win32') throw new ProbeError('absent', 'it reads Windows only');
    const program = await context.world.findProgram('powershell');
    if (program === null) throw new ProbeError('absent', 'powershell.exe is not on PATH');
    this.powershell = program;
    const isNvidiaLeftOut = (await context.world.findProgram('nvidia-smi')) !== null;
    this.scope = { isNvidiaLeftOut };
    return true;
  }

  async inventory(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuInventoryItem[]> {
    if (context.platform !== 'win32') return [];
    const program = await context.world.findProgram('powershell');
    if (program === null) return [];
    const args = [...QUIET, INVENTORY_SCRIPT];
    const limits = { timeoutMs: INVENTORY_TIMEOUT_MS, signal };
    return parseWindowsInventory((await context.world.runProgram(program, args, limits)).stdout);
  }

  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    const seconds = Math.max(1, Math.floor(context.periodMs / 1000));
    const args = [...QUIET, counterScript(seconds)];
    const { scope } = this;
    const read = async (line: string): Promise<readonly GpuSample[] | null> =>
      parseCounterRound(line, scope);
    const tool = { name: 'PowerShell', program: this.powershell, args, read };
    return new FollowedGpuProbe(tool, context, sink);
  }
}
