import {
  GpuInventoryItem,
  GpuProbe,
  GpuProbeContext,
  GpuSample,
  PollingGpuProbe,
  ProbeError,
  ProgramResult,
} from '#lib/plugin-api';
import { AmdDevice, parseAmdDevices, parseAmdNames, parseAmdSamples } from './amd-smi-sample.js';
import { parseRocmInventory } from './rocm-inventory.js';
import { parseRocmSamples } from './rocm-sample.js';

const TIMEOUT_MS = 5000;
const ROCM_FOLDERS = ['/opt/rocm/bin'];
const ROCM_ARGUMENTS =
  '-i -P -t -f -u --showmemuse --showmeminfo vram --showproductname --showbus --json'.split(' ');

const INVENTORY_ARGUMENTS = '-i --showmeminfo vram --showproductname --showbus'.split(' ');

interface FirstRound {
  readonly output: ProgramResult;
  readonly atMs: number;
}

interface Tool {
  readonly program: string;
  readonly isAmdSmi: boolean;
}

/**
 * AMD GPUs through the ROCm tools: `amd-smi` where it works, else `rocm-smi`, which is being retired in
 * its favour.
 */
@GpuProbe('rocm-smi')
export class RocmSmiProbe extends PollingGpuProbe {
  override readonly priority = 50;
  private tool: Tool | null = null;
  private devices: ReadonlyMap<number, AmdDevice> = new Map();
  /** What the detection has read is the first round: the tool is not asked twice. */
  private firstRound: FirstRound | null = null;

  override async detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean> {
    this.tool = null;
    let failure: Error | null = null;
    for (const [name, isAmdSmi] of [
      ['amd-smi', true],
      ['rocm-smi', false],
    ] as const) {
      const program = await context.world.findProgram(name, ROCM_FOLDERS);
      if (program === null) continue;
      try {
        const tool = { program, isAmdSmi };
        const output = await this.ask(tool, context, signal);
        this.firstRound = { output, atMs: context.world.nowMs() };
        this.tool = tool;
        // Without identities the figures are good all the same.
        if (isAmdSmi) await this.identify(program, context, signal).catch(() => undefined);
        return true;
      } catch (error) {
        failure = error as Error;
      }
    }
    throw failure ?? new ProbeError('absent', 'neither amd-smi nor rocm-smi is on PATH');
  }

  /** Cards as rocm-smi describes them; where a driver refuses the last questions, without these. */
  async inventory(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuInventoryItem[]> {
    const program = await context.world.findProgram('rocm-smi', ROCM_FOLDERS);
    if (program === null || context.platform !== 'linux') return [];
    for (const more of [['--showdriverversion', '--showmaxpower'], []]) {
      const args = [...INVENTORY_ARGUMENTS, ...more, '--csv'];
      const { stdout } = await context.world.runProgram(program, args, {
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      const items = parseRocmInventory(stdout);
      if (items.length > 0) return items;
    }
    return [];
  }

  protected override async sample(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuSample[]> {
    const { tool, firstRound } = this;
    if (!tool) throw new ProbeError('not_found', 'no ROCm tool has been detected');
    this.firstRound = null;
    const isYoung = firstRound && context.world.nowMs() - firstRound.atMs < context.periodMs;
    return this.samplesOf(
      tool,
      isYoung ? firstRound.output : await this.ask(tool, context, signal),
    );
  }

  private samplesOf(tool: Tool, { stdout }: ProgramResult): readonly GpuSample[] {
    return tool.isAmdSmi ? parseAmdSamples(stdout, this.devices) : parseRocmSamples(stdout);
  }

  /** @throws ProbeError `no_data` with the tool's own words when it lists no card. */
  private async ask(
    tool: Tool,
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<ProgramResult> {
    const args = tool.isAmdSmi ? ['metric', '--json'] : ROCM_ARGUMENTS;
    const result = await context.world.runProgram(tool.program, args, {
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    if (this.samplesOf(tool, result).length > 0) return result;
    throw new ProbeError('no_data', words(tool.program, result));
  }

  private async identify(
    program: string,
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<void> {
    const ask = async (...args: string[]): Promise<string> => {
      const limits = { timeoutMs: TIMEOUT_MS, signal };
      return (await context.world.runProgram(program, [...args, '--json'], limits)).stdout;
    };
    const names = parseAmdNames(await ask('static', '--asic'));
    const devices = [...parseAmdDevices(await ask('list'))];
    this.devices = new Map(
      devices.map(([index, device]) => [index, { ...device, name: names.get(index) ?? null }]),
    );
  }
}

function words(program: string, { stdout, stderr, code }: ProgramResult): string {
  const text = (stderr + stdout).trim().slice(0, 300);
  return `${program} (code ${String(code)}) listed no card: ${text}`;
}
