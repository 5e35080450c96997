import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unknownAccelerator } from '#lib/plugin-api';
import { joinAccelerators } from './accelerators.js';
import { architectureOf, environmentOf, known, operatingSystemOf } from './machine-facts.js';
import { memoryCapacity, parseZoneinfo } from './memory-capacity.js';

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
