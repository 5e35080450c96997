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
        await this.read({ program, isAmdSmi }, context, signal);
        this.tool = { program, isAmdSmi };
        // Without identities the figures are good all the same.
        if (isAmdSmi) await this.identify(program, context, signal).catch(() => undefined);
        return true;
      } catch (error) {
        failure = error as Error;
      }
    }
    if (failure) throw failure;
    return false;
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
    if (!this.tool) throw new ProbeError('not_found', 'no ROCm tool has been detected');
    return await this.read(this.tool, context, signal);
  }

  private async read(
    tool: Tool,
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuSample[]> {
    const args = tool.isAmdSmi ? ['metric', '--json'] : ROCM_ARGUMENTS;
    const result = await context.world.runProgram(tool.program, args, {
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const samples = tool.isAmdSmi
      ? parseAmdSamples(result.stdout, this.devices)
      : parseRocmSamples(result.stdout);
    if (samples.length === 0) throw new ProbeError('no_data', words(tool.program, result));
    return samples;
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
