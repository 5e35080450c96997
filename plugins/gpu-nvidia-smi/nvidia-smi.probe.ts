import {
  GpuInventoryItem,
  GpuProbe,
  GpuProbeContext,
  GpuProbeHandle,
  GpuProbePlugin,
  GpuSampleSink,
} from '#lib/plugin-api';
import { ExtraColumn, columnsWithout, invalidColumn, queryArguments } from './nvidia-columns.js';
import { parseNvidiaRow } from './nvidia-csv.js';
import { nvidiaErrorClass, nvidiaFailure } from './nvidia-errors.js';
import { INVENTORY_COLUMNS, parseArchitectures, parseNvidiaInventory } from './nvidia-inventory.js';
import { parseNvidiaList } from './nvidia-list.js';
import { NvidiaLoop } from './nvidia-loop.js';
import { whyAbsent } from './why-absent.js';

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
  /** Columns that the driver has called invalid; remembered, since each question takes its time. */
  private readonly refused = new Set<string>();
  private extras: readonly ExtraColumn[] = [];

  async detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean> {
    const program = await context.world.findProgram('nvidia-smi', [WSL_FOLDER]);
    if (program === null) throw await whyAbsent(context);
    this.program = program;
    for (;;) {
      const extras = columnsWithout(this.refused);
      const output = await this.ask(context, extras, signal);
      if (output === null) return this.accept(extras);
      const invalid = invalidColumn(output);
      if (invalid !== null && extras.some((column) => column === invalid)) {
        this.refused.add(invalid);
        continue;
      }
      if (nvidiaErrorClass(output)) throw nvidiaFailure(output);
      // Wrappers and stand-ins may know the usual question only.
      if ((await this.ask(context, [], signal)) === null) return this.accept([]);
      throw nvidiaFailure(output);
    }
  }

  private accept(extras: readonly ExtraColumn[]): true {
    this.extras = extras;
    return true;
  }

  /** Null when a row has come, else what was printed instead. */
  private async ask(
    context: GpuProbeContext,
    extras: readonly ExtraColumn[],
    signal: AbortSignal,
  ): Promise<string | null> {
    // One row is enough: a wrapper may ignore the arguments and go on for ever.
    const isRow = (line: string): boolean => parseNvidiaRow(line, extras) !== null;
    const limits = { timeoutMs: DETECT_TIMEOUT_MS, signal, isEnough: isRow };
    const args = queryArguments(extras);
    const { stdout, stderr } = await context.world.runProgram(this.program, args, limits);
    return stdout.split(/\r?\n/).some(isRow) ? null : stdout + stderr;
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
    // A refusal is one line of words, which is no row.
    const named = parseArchitectures(await run('--query-gpu=index,architecture', format));
    const architectures =
      named.size > 0
        ? named
        : parseArchitectures(await run('--query-gpu=index,compute_cap', format));
    return parseNvidiaInventory(rows, architectures, parseNvidiaList(await run('-L')));
  }

  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    return new NvidiaLoop({ program: this.program, extras: this.extras, context, sink });
  }
}
