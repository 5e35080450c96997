import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CompatibleGpu, compatibleGpu, gpuView } from '#lib/monitor';
import { GpuSample, pciAddressOf } from '#lib/plugin-api';
import { FakeProbeWorld } from '#lib/plugin-api/testing';
import { parseIoreg, parseMactop, withGpuMemory } from '#plugin/gpu-apple';
import { LactProbe, answerData, devicesOf, lactSample } from '#plugin/gpu-lact';
import {
  NvidiaSmiProbe,
  nvidiaErrorClass,
  parseArchitectures,
  parseNvidiaInventory,
  parseNvidiaList,
  parseNvidiaRow,
} from '#plugin/gpu-nvidia-smi';
import { parseAmdSamples, parseRocmSamples } from '#plugin/gpu-rocm-smi';
import { SysfsProbe, gfxTargetName } from '#plugin/gpu-sysfs';
import { adapterLoads } from '#plugin/gpu-windows';

const fixtures = join(import.meta.dirname, 'fixtures/observability');

function text(name: string): string {
  return readFileSync(join(fixtures, name), 'utf8');
}

interface GpuCase {
  readonly input: string;
  readonly legacy: string | readonly object[];
  readonly ours: readonly object[];
  readonly ours_error_class?: string;
  readonly ours_errors?: number;
}

function json(name: string): unknown {
  return JSON.parse(text(name));
}

function gpuCase(name: string): GpuCase {
  return json(`gpu/${name}.expect.json`) as GpuCase;
}

function readings(samples: readonly GpuSample[]) {
  return samples.map((sample) => ({ id: sample.index, atMs: 0, sources: [], sample }));
}

function views(samples: readonly GpuSample[]): readonly object[] {
  return readings(samples).map((reading) => gpuView(reading));
}

function compatible(samples: readonly GpuSample[]): readonly CompatibleGpu[] {
  return readings(samples)
    .map((reading) => compatibleGpu(reading))
    .filter((gpu) => gpu !== null);
}

/** The fixture's values, where it does not say that the answer is random. */
function definite(wanted: GpuCase['legacy']): readonly object[] {
  const list = typeof wanted === 'string' ? [] : wanted;
  return list.map((gpu) => {
    const entries = Object.entries(gpu).filter(([, value]) => !String(value).includes('undefined'));
    return Object.fromEntries(entries);
  });
}

function nvidiaSamples(csv: string): readonly GpuSample[] {
  const rows = csv.split(/\r?\n/).map((line) => parseNvidiaRow(line));
  return rows.filter((row) => row !== null);
}

describe('nvidia-smi', () => {
  it.each(['1gpu', '8gpu', 'mig', 'placeholders'])('reads the rows of %s', (name) => {
    const test = gpuCase(`nvidia-smi-${name}`);
    const samples = nvidiaSamples(text(`gpu/${test.input}`));
    expect(views(samples)).toMatchObject(test.ours);
    expect(compatible(samples)).toMatchObject(test.legacy as object[]);
  });

  it.each(['driver', 'field', 'no-devices', 'nvml-mismatch'])('names the failure %s', (name) => {
    const test = gpuCase(`nvidia-smi-error-${name}`);
    const output = text(`gpu/${test.input}`);
    expect(nvidiaSamples(output)).toEqual([]);
    expect(nvidiaErrorClass(output)).toBe(test.ours_error_class);
  });

  it.each(['driver', 'no-devices', 'nvml-mismatch'])('is not chosen while %s', async (name) => {
    const test = gpuCase(`nvidia-smi-error-${name}`);
    const world = new FakeProbeWorld();
    const stdout = text(`gpu/${test.input}`);
    world.programs.set('nvidia-smi', () => ({ code: 9, stdout, stderr: '' }));
    const detected = new NvidiaSmiProbe().detect(world.context(), AbortSignal.timeout(1000));
    await expect(detected).rejects.toMatchObject({ reason: test.ours_error_class });
  });

  it('puts eight rows of one burst into one snapshot', async () => {
    const world = new FakeProbeWorld();
    const csv = text('gpu/nvidia-smi-8gpu.csv');
    world.programs.set('nvidia-smi', () => ({ code: 0, stdout: csv, stderr: '' }));
    const probe = new NvidiaSmiProbe();
    await probe.detect(world.context(), AbortSignal.timeout(1000));
    const snapshots: (readonly GpuSample[])[] = [];
    const sink = { samples: (all: readonly GpuSample[]) => snapshots.push(all), failed: () => {} };
    const handle = probe.start(world.context(), sink);
    const loop = world.followed.find(({ args }) => args[0]!.includes('--query-gpu'))!;
    for (const line of csv.trimEnd().split('\n')) loop.listener.line(line);
    await world.advance(300);
    expect(snapshots.map((snapshot) => snapshot.length)).toEqual([8]);
    await handle.stop();
    expect(world.pendingTimers).toBe(0);
  });

  it('lists MIG instances', () => {
    const test = gpuCase('nvidia-smi-list-mig');
    expect(parseNvidiaList(text('gpu/nvidia-smi-list-mig.txt'))).toEqual(test.ours);
  });

  it('reads the inventory', () => {
    const test = json('hardware/nvidia-smi-static.expect.json') as {
      accelerators: {
        model: string;
        architecture: string;
        memory: { capacity_bytes: number | null };
        driver: { version: string };
        power_limit_watts: number | null;
      }[];
      identities: string[];
    };
    const items = parseNvidiaInventory(
      text('hardware/nvidia-smi-static.csv'),
      parseArchitectures(text('hardware/nvidia-smi-compute-cap.csv')),
    );
    expect(items.map(({ pciAddress }) => pciAddress)).toEqual(test.identities);
    expect(items).toMatchObject(
      test.accelerators.map((wanted) => ({
        vendor: 'NVIDIA',
        model: wanted.model,
        architecture: wanted.architecture,
        memoryBytes: wanted.memory.capacity_bytes,
        driverVersion: wanted.driver.version,
        powerLimitWatts: wanted.power_limit_watts,
      })),
    );
    expect(items.map(({ memoryKind }) => memoryKind)).toEqual(['dedicated', 'unified']);
  });
});

describe('rocm-smi and amd-smi', () => {
  it.each([
    ['rocm-smi-v6', 'rocm-smi-v6.json'],
    ['rocm-smi-v6.csv', 'rocm-smi-v6.csv'],
    ['rocm-smi-warning', 'rocm-smi-warning.txt'],
  ])('reads %s', (name, input) => {
    const test = gpuCase(name);
    const samples = parseRocmSamples(text(`gpu/${input}`));
    expect(views(samples)).toMatchObject(test.ours);
    expect(compatible(samples)).toMatchObject(
      typeof test.legacy === 'string' ? samples.map(({ index: id }) => ({ id })) : test.legacy,
    );
  });

  it('reads the output of amd-smi', () => {
    const test = gpuCase('amd-smi-metric');
    expect(views(parseAmdSamples(text('gpu/amd-smi-metric.json')))).toMatchObject(test.ours);
  });

  it.each(Object.entries((json('hardware/gfx-target.expect.json') as { cases: object }).cases))(
    'names the architecture %s',
    (version, name) => {
      expect(gfxTargetName(Number(version))).toBe(name);
    },
  );
});

interface Line {
  readonly dir: 'send' | 'recv';
  readonly line: string;
}

describe('LACT', () => {
  const transcripts = ['lact-amd', 'lact-nvidia-intel', 'lact-errors'];

  it.each(transcripts)('reads the answers of %s', (name) => {
    const test = gpuCase(name);
    const lines = text(`gpu/${test.input}`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const [list, ...stats] = lines.filter(({ dir }) => dir === 'recv').map(({ line }) => line);
    let errors = 0;
    const samples = devicesOf(answerData(list!)).flatMap((device, index) => {
      try {
        return [lactSample(index, device, answerData(stats[index]!))];
      } catch {
        errors++;
        return [];
      }
    });
    expect(errors).toBe(test.ours_errors ?? 0);
    expect(views(samples)).toMatchObject(test.ours);
    expect(compatible(samples)).toMatchObject(definite(test.legacy));
    expect(compatible(samples)).toHaveLength(test.legacy.length);
  });

  it.each(transcripts)('talks over the socket as in %s', async (name) => {
    const test = gpuCase(name);
    const lines = text(`gpu/${test.input}`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const answers = new Map<string, string>();
    for (const [at, { dir, line }] of lines.entries()) {
      if (dir === 'send') answers.set(line, lines[at + 1]!.line);
    }
    const world = new FakeProbeWorld();
    world.files.set('/run/lactd.sock', '');
    world.onWrite = (socket, line) => socket.listener.line(answers.get(line.trimEnd())!);
    const probe = new LactProbe();
    expect(await probe.detect(world.context(), AbortSignal.timeout(1000))).toBe(true);
    const snapshots: (readonly GpuSample[])[] = [];
    const sink = { samples: (all: readonly GpuSample[]) => snapshots.push(all), failed: () => {} };
    const handle = probe.start(world.context(), sink);
    await world.advance(5000);
    expect(snapshots).toHaveLength(2);
    expect(views(snapshots[1]!)).toMatchObject(test.ours);
    await handle.stop();
    expect(world.sockets.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    expect(world.pendingTimers).toBe(0);
  });
});

describe('sysfs', () => {
  it('reads an amdgpu card', async () => {
    const test = gpuCase('sysfs-amdgpu');
    const world = new FakeProbeWorld();
    const files = json('gpu/sysfs-amdgpu.json') as Record<string, string>;
    for (const [path, content] of Object.entries(files)) world.files.set(path, content);
    const probe = new SysfsProbe();
    expect(await probe.detect(world.context())).toBe(true);
    const seen = Promise.withResolvers<readonly GpuSample[]>();
    const handle = probe.start(world.context(), { samples: seen.resolve, failed: seen.reject });
    expect(views(await seen.promise)).toMatchObject(test.ours);
    await handle.stop();
  });
});

describe('Apple', () => {
  const memoryBytes = 68_719_476_736;

  it('reads ioreg', () => {
    const test = gpuCase('ioreg-iogpu');
    const sample = parseIoreg(text('gpu/ioreg-iogpu.txt'), memoryBytes)!;
    expect(views([sample])).toMatchObject(test.ours);
    expect(compatible([sample])).toMatchObject(test.legacy as object[]);
  });

  it('reads mactop', () => {
    const test = gpuCase('mactop-headless');
    const sample = parseMactop(text('gpu/mactop-headless.jsonl').trim())!;
    expect(views([sample])).toMatchObject(test.ours);
    expect(compatible([sample])).toMatchObject(test.legacy as object[]);
  });

  it('takes the memory of the GPU from ioreg', () => {
    const ioreg = parseIoreg(text('gpu/ioreg-iogpu.txt'), memoryBytes);
    const sample = withGpuMemory(parseMactop(text('gpu/mactop-headless.jsonl').trim())!, ioreg);
    expect(sample).toMatchObject({ memoryUsedBytes: 22_548_578_304, utilizationPercent: 91.4 });
  });
});

describe('Windows', () => {
  it('adds up the engines of each adapter', () => {
    const test = json('gpu/windows-pdh-gpu-engine.expect.json') as {
      legacy: Record<string, number>;
      ours_max_engine: Record<string, number>;
    };
    const values = json('gpu/windows-pdh-gpu-engine.json') as { instance: string; value: number }[];
    const loads = [...adapterLoads(values)];
    const pick = (key: 'sumPercent' | 'busiestPercent'): object =>
      Object.fromEntries(loads.map(([luid, load]) => [luid, load[key]]));
    expect(pick('sumPercent')).toEqual(test.legacy);
    expect(pick('busiestPercent')).toEqual(test.ours_max_engine);
  });
});

describe('PCI addresses', () => {
  const { cases } = json('hardware/pci-identity.expect.json') as { cases: Record<string, string> };

  it.each(Object.entries(cases))('brings %s to one form', (address, wanted) => {
    expect(pciAddressOf(address) ?? '').toBe(wanted);
  });
});
