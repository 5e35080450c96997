import {
  GpuInventoryItem,
  GpuProbe,
  GpuProbeContext,
  GpuProbeHandle,
  GpuProbePlugin,
  GpuSampleSink,
} from '#lib/plugin-api';
import { EXTRA_COLUMNS, ExtraColumn, invalidColumn, queryArguments } from './nvidia-columns.js';
import { parseNvidiaRow } from './nvidia-csv.js';
import { INVENTORY_COLUMNS, parseNvidiaInventory } from './nvidia-inventory.js';
import { parseNvidiaList } from './nvidia-list.js';
import { NvidiaLoop, nvidiaFailure } from './nvidia-loop.js';

/** Under WSL the program lies outside of PATH. */
const WSL_FOLDER = '/usr/lib/wsl/lib';
const DETECT_TIMEOUT_MS = 5000;

/**
 * NVIDIA GPUs through `nvidia-smi` in loop mode. The program is accepted only after it has delivered at
 * least one row; one that ends, hangs or reports a broken driver is left and tried again.
 */
@GpuProbe('nvidia-smi')
export class NvidiaSmiProbe implements GpuProbePlugin {
  readonly priority = 70;
  private program = 'nvidia-smi';
  private extras: readonly ExtraColumn[] = [];

  async detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean> {
    const program = await context.world.findProgram('nvidia-smi', [WSL_FOLDER]);
    if (program === null) return false;
    this.program = program;
    let extras: readonly ExtraColumn[] = EXTRA_COLUMNS;
    for (;;) {
      const asked = extras;
      // One row is enough: a wrapper may ignore the arguments and go on for ever.
      const isRow = (line: string): boolean => parseNvidiaRow(line, asked) !== null;
      const limits = { timeoutMs: DETECT_TIMEOUT_MS, signal, isEnough: isRow };
      const result = await context.world.runProgram(program, queryArguments(extras), limits);
      if (result.stdout.split(/\r?\n/).some(isRow)) break;
      const invalid = invalidColumn(result.stdout + result.stderr);
      const fewer = extras.filter((column) => column !== invalid);
      if (fewer.length === extras.length) throw nvidiaFailure(result.stdout + result.stderr);
      extras = fewer;
    }
    this.extras = extras;
    return true;
  }

  async inventory(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuInventoryItem[]> {
    const program = await context.world.findProgram('nvidia-smi', [WSL_FOLDER]);
    if (program === null) return [];
    const run = async (...args: string[]): Promise<string> => {
      const limits = { timeoutMs: DETECT_TIMEOUT_MS, signal };
      return (await context.world.runProgram(program, args, limits)).stdout;
    };
    const format = '--format=csv,noheader,nounits';
    const rows = await run(`--query-gpu=${INVENTORY_COLUMNS}`, format);
    const capabilities = await run('--query-gpu=index,compute_cap', format);
    return parseNvidiaInventory(rows, capabilities, parseNvidiaList(await run('-L')));
  }

  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    return new NvidiaLoop({ program: this.program, extras: this.extras, context, sink });
  }
}
