import { describe, expect, it } from 'vitest';
import { GpuSample, ProbeError } from '#lib/plugin-api';
import { FakeProbeWorld, describeGpuProbe } from '#lib/plugin-api/testing';
import { AppleProbe } from './apple.probe.js';

const IOREG = `+-o AGXAcceleratorG14X  <class AGXAcceleratorG14X, id 0x1000003b5>
    {
      "model" = "Apple M2 Max"
      "gpu-core-count" = 38
      "PerformanceStatistics" = {"In use system memory (driver)"=7,"Device Utilization %"=63,"In use system memory"=1073741824}
    }`;
const MACTOP = JSON.stringify({
  soc_metrics: { gpu_power: 27.8, gpu_temp: 58.6 },
  gpu_usage: 91,
  system_info: { name: 'Apple M2 Max', gpu_core_count: 38 },
  memory: { total: 4, used: 3 },
});

const macOs = { platform: 'darwin' as const };
const { signal } = new AbortController();

function withIoreg(world: FakeProbeWorld): void {
  world.programs.set('ioreg', () => ({ code: 0, stdout: IOREG, stderr: '' }));
}

function withMactop(world: FakeProbeWorld): void {
  withIoreg(world);
  world.programs.set('mactop', () => ({ code: 0, stdout: '', stderr: '' }));
}

const subject = { name: 'apple', create: () => new AppleProbe(), context: macOs };

describeGpuProbe({ describe, it }, { ...subject, prepare: withIoreg });
describeGpuProbe(
  { describe, it },
  {
    ...subject,
    prepare: withMactop,
    tell: ({ followed }) => followed[0]!.listener.line(MACTOP),
  },
);

async function started(prepare: (world: FakeProbeWorld) => void) {
  const world = new FakeProbeWorld();
  prepare(world);
  const probe = new AppleProbe();
  const context = world.context(macOs);
  await probe.detect(context, signal);
  const rounds: (readonly GpuSample[])[] = [];
  const failures: ProbeError[] = [];
  const handle = probe.start(context, {
    samples: (samples) => rounds.push(samples),
    failed: (error) => failures.push(error as ProbeError),
  });
  return { world, rounds, failures, handle };
}

describe('AppleProbe', () => {
  it('asks ioreg once per period where there is no mactop', async () => {
    const { world, rounds, handle } = await started(withIoreg);
    await world.advance(10_000);
    expect(rounds).toHaveLength(3);
    expect(rounds[0]).toMatchObject([
      {
        name: 'Apple M2 Max (38-core GPU)',
        utilizationPercent: 63,
        memoryUsedBytes: 2 ** 30,
        memoryTotalBytes: 64 * 2 ** 30,
        powerWatts: null,
      },
    ]);
    await handle.stop();
  });

  it('joins what mactop prints with the memory from ioreg', async () => {
    const { world, rounds, handle } = await started(withMactop);
    const [mactop] = world.followed;
    expect(mactop!.args).toEqual(['--headless', '--format', 'json', '--interval', '5000']);
    mactop!.listener.line('starting …');
    mactop!.listener.line(MACTOP);
    await world.advance(0);
    expect(rounds).toMatchObject([
      [{ utilizationPercent: 91, powerWatts: 27.8, memoryUsedBytes: 2 ** 30 }],
    ]);
    await handle.stop();
  });

  it('gives up a mactop that hangs', async () => {
    const { world, failures } = await started(withMactop);
    await world.advance(20_000);
    expect(failures.map(({ reason }) => reason)).toEqual(['silent']);
    expect([world.followed[0]!.isKilled, world.pendingTimers]).toEqual([true, 0]);
  });

  it('says what is missing on a Mac without either', async () => {
    const detected = new AppleProbe().detect(new FakeProbeWorld().context(macOs), signal);
    await expect(detected).rejects.toMatchObject({ reason: 'absent' });
  });
});
