import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unknownAccelerator, unknownGpu } from '#lib/plugin-api';
import { joinAccelerators } from './accelerators.js';
import { architectureOf, environmentOf, known, operatingSystemOf } from './machine-facts.js';
import { withGpuIds } from './gpu-ids.js';
import { HardwareSnapshot } from './hardware-snapshot.interface.js';
import { parseCpuinfo, parseOsRelease, parsePageBytes } from './linux-facts.js';
import { memoryCapacity, parseZoneinfo } from './memory-capacity.js';
import { snapshotProblem } from './snapshot-check.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/observability/hardware');

describe('memoryCapacity', () => {
  const { cases } = JSON.parse(
    readFileSync(join(folder, 'memory-capacity.expect.json'), 'utf8'),
  ) as {
    cases: {
      meminfo_total: number;
      zone_present_bytes: number | null;
      cgroup_max: string;
      capacity_bytes: number;
    }[];
  };

  it.each(cases)('of $meminfo_total bytes within $cgroup_max is $capacity_bytes', (test) => {
    const capacity = memoryCapacity({
      meminfoTotalBytes: test.meminfo_total,
      zonePresentBytes: test.zone_present_bytes,
      cgroupLimits: [test.cgroup_max, null],
    });
    expect(capacity).toBe(test.capacity_bytes);
  });

  it('adds up the pages of all zones but those of devices', () => {
    const text =
      'Node 0, zone      DMA\n        present  4\nNode 0, zone   Normal\n        present  8\n' +
      'Node 0, zone   Device\n        present  100\n';
    expect(parseZoneinfo(text, 4096)).toBe(12 * 4096);
    expect(parseZoneinfo('', 4096)).toBeNull();
  });
});

describe('joinAccelerators', () => {
  const item = unknownAccelerator();

  it('joins by address, the earlier list wins, gaps are filled', () => {
    const joined = joinAccelerators([
      [{ ...item, pciAddress: '0000:05:00.0', model: 'good' }],
      [
        { ...item, pciAddress: '0000:05:00.0', model: 'bad', driverName: 'amdgpu' },
        { ...item, pciAddress: '0000:01:00.0' },
        { ...item, model: 'without address' },
      ],
    ]);
    expect(joined).toMatchObject([
      { index: 0, pci_address: '0000:01:00.0', driver: null },
      { index: 1, model: 'good', driver: { name: 'amdgpu', version: null } },
      { index: 2, model: 'without address' },
    ]);
  });
});

describe('the facts of a machine', () => {
  it.each([
    ['x64', { name: 'x86_64', raw_name: 'amd64' }],
    ['arm64', { name: 'arm64', raw_name: null }],
    ['loong64', { name: 'other', raw_name: 'loong64' }],
  ])('names the processor %s', (arch, wanted) => {
    expect(architectureOf(arch)).toEqual(wanted);
  });

  it('names the system, the unnamed family raw', () => {
    const facts = { distro: 'ubuntu', release: 'unknown', kernel: '6.8' };
    expect(operatingSystemOf('linux', facts)).toEqual({
      family: 'linux',
      name: 'ubuntu',
      version: null,
      kernel: '6.8',
    });
    expect(operatingSystemOf('sunos', facts)).toMatchObject({
      family: 'other',
      raw_family: 'sunos',
    });
  });

  const signs = { kernel: '6.8.0', hasDockerFile: false, detectVirt: null };
  it.each([
    [{ ...signs, kernel: '5.15-microsoft-standard-WSL2' }, 'wsl', 'WSL'],
    [{ ...signs, hasDockerFile: true }, 'container', 'Docker'],
    [{ ...signs, detectVirt: { name: 'none\n', code: 1 } }, 'native', null],
    [{ ...signs, detectVirt: { name: 'kvm\n', code: 0 } }, 'virtual_machine', 'KVM'],
    [{ ...signs, detectVirt: { name: 'oracle', code: 0 } }, 'virtual_machine', 'VirtualBox'],
    [{ ...signs, detectVirt: { name: 'podman', code: 0 } }, 'container', 'Podman'],
    [signs, 'unknown', null],
  ])('judges %j', (seen, kind, name) => {
    expect(environmentOf(seen)).toMatchObject({ kind, name });
  });

  it.each(['n/a', 'Unknown', '  ', ''])('knows nothing from %j', (text) => {
    expect(known(text)).toBeNull();
  });
});

describe('what Linux tells of itself', () => {
  it.each([
    ['ID=ubuntu\nVERSION_ID="24.04"\n', { id: 'ubuntu', version: '24.04' }],
    ["NAME='Arch Linux'\nID='arch'\nBUILD_ID=rolling\n", { id: 'arch', version: null }],
    ['PRETTY_NAME=x\nMY_ID=no\nID=\n', { id: null, version: null }],
    ['', { id: null, version: null }],
  ])('reads the distribution out of %j', (text, wanted) => {
    expect(parseOsRelease(text)).toEqual(wanted);
  });

  it('reads the processor, where the kernel names it', () => {
    const x86 =
      'processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 97\nmodel name\t: AMD Ryzen 9 7950X \n';
    expect(parseCpuinfo(x86)).toEqual({ vendor: 'AuthenticAMD', model: 'AMD Ryzen 9 7950X' });
    const arm = 'processor\t: 0\nCPU implementer\t: 0x41\n';
    expect(parseCpuinfo(arm)).toEqual({ vendor: null, model: null });
  });

  it.each([
    ['Size: 4 kB\nKernelPageSize:       64 kB\nKernelPageSize: 4 kB\n', 65_536],
    ['', null],
  ])('reads the size of a page out of %j', (text, bytes) => {
    expect(parsePageBytes(text)).toBe(bytes);
  });
});

function gpu(id: number, changes: object) {
  return { id, sources: [], sample: { ...unknownGpu(0), ...changes } };
}

describe('a snapshot of the machine', () => {
  const { body } = { body: JSON.parse(readFileSync(join(folder, 'api-hardware.json'), 'utf8')) };
  const good = {
    ...(body as HardwareSnapshot),
    accelerators: joinAccelerators([
      [
        { ...unknownAccelerator(), pciAddress: '0000:01:00.0', memoryBytes: 1 },
        { ...unknownAccelerator(), pciAddress: '0000:02:00.0', uuid: 'GPU-b' },
        { ...unknownAccelerator(), uuid: 'GPU-c' },
      ],
    ]),
  };

  it('is good as the example is', () => {
    expect(snapshotProblem(body as HardwareSnapshot)).toBeNull();
    expect(snapshotProblem(good)).toBeNull();
  });

  it.each([
    ['no socket', { cpu: { ...good.cpu, socket_count: 0 } }],
    ['fewer threads than cores', { cpu: { ...good.cpu, logical_thread_count: 1 } }],
    ['no memory', { memory: { capacity_bytes: 0 } }],
    ['a wrong order', { accelerators: good.accelerators.toReversed() }],
    [
      'a card without memory',
      { accelerators: [{ ...good.accelerators[0]!, power_limit_watts: 0 }] },
    ],
  ])('is refused with %s', (_, change) => {
    expect(snapshotProblem({ ...good, ...change })).not.toBeNull();
  });

  it('is joined with the ids of samples and metrics, by address, else by UUID', () => {
    const numbered = withGpuIds(good, [
      gpu(4, { uuid: 'GPU-c' }),
      gpu(7, { pciAddress: '0000:01:00.0', uuid: 'GPU-c' }),
    ]);
    expect(numbered.accelerators.map(({ gpu_id: id }) => id)).toEqual([7, null, 4]);
  });
});
