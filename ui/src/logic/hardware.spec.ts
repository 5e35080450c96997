import { describe, expect, it } from 'vitest';
import type { Accelerator, HardwareSnapshot, LatestGpuSample } from '../api/types.js';
import {
  acceleratorFacts,
  cardFacts,
  deviceFacts,
  hardwareText,
  orderedProbes,
  probeWords,
} from './hardware.js';

const SAMPLE = {
  id: 4,
  pstate: null,
  mem_busy_pct: null,
  ecc_errors: null,
  throttle_reasons: null,
  stale: false,
} as LatestGpuSample;

const CARD = {
  index: 0,
  kind: 'gpu',
  vendor: 'NVIDIA',
  model: null,
  memory: { kind: 'dedicated', capacity_bytes: null },
  driver: null,
  pci_address: null,
  instances: [],
  gpu_id: 4,
} as unknown as Accelerator;

const MACHINE = {
  architecture: { name: 'x86_64' },
  operating_system: { family: 'linux', name: 'Debian', version: '13', kernel: '6.12' },
  environment: { kind: 'native' },
  cpu: {},
  memory: { capacity_bytes: 1024 ** 3 },
  accelerators: [],
  probes: [
    { name: 'sysfs', state: 'absent', detail: 'no card made by AMD' },
    { name: 'lact', state: 'failed', detail: 'the socket is closed' },
    { name: 'apple', state: 'absent', detail: 'it reads macOS only' },
    { name: 'nvidia-smi', state: 'up', detail: null },
  ],
} as unknown as HardwareSnapshot;

describe('details of a device', () => {
  it.each([
    ['nothing while nothing is known', {}, []],
    ['the performance state', { pstate: 'P8' }, [['Performance state', 'P8']]],
    ['zero errors, which is knowledge', { ecc_errors: 0 }, [['ECC errors', '0 uncorrected']]],
    ['zero traffic', { mem_busy_pct: 0.2 }, [['Memory busy', '0 %']]],
    [
      'that nothing limits the clocks',
      { throttle_reasons: [] },
      [['Clocks limited by', 'nothing']],
    ],
    [
      'why the clocks are limited, also for reasons it has no words for',
      { throttle_reasons: ['sw_power_cap', 'moon_phase'] },
      [['Clocks limited by', 'power limit, moon phase']],
    ],
  ])('tell %s', (_what, known, facts) => {
    expect(deviceFacts({ ...SAMPLE, ...known })).toEqual(facts);
  });

  it.each([
    ['the same device', { id: 4 }, true],
    ['another device', { id: 5 }, false],
    ['a device that has fallen silent', { id: 4, stale: true }, false],
  ])('stand on the card when they are of %s', (_what, sample, isThere) => {
    const facts = cardFacts(CARD, [{ ...SAMPLE, pstate: 'P0', ...sample }]);
    expect(facts.some(([label]) => label === 'Performance state')).toBe(isThere);
  });
});

it('lists the parts of a divided card and its address only where there are any', () => {
  expect(acceleratorFacts(CARD).map(([label]) => label)).not.toContain('MIG instances');
  const divided = {
    ...CARD,
    pci_address: '0000:01:00.0',
    instances: [
      { profile: '3g.20gb', uuid: 'MIG-a' },
      { profile: '1g.5gb', uuid: 'MIG-b' },
    ],
  };
  expect(acceleratorFacts(divided).slice(-2)).toEqual([
    ['PCI address', '0000:01:00.0'],
    ['MIG instances', '3g.20gb (MIG-a), 1g.5gb (MIG-b)'],
  ]);
});

describe('probes', () => {
  it('stand in the order of what is worth reading, then by name', () => {
    const listed = orderedProbes(MACHINE.probes);
    expect(listed.map(({ name }) => name)).toEqual(['nvidia-smi', 'lact', 'apple', 'sysfs']);
    expect(probeWords(listed[1]!)).toBe('Does not work');
  });

  it('are part of the text for bug reports', () => {
    const text = hardwareText(MACHINE);
    expect(text).toContain('Accelerators\n  None detected');
    expect(text).toContain(
      'GPU probes\n  nvidia-smi: Delivers\n  lact: Does not work – the socket',
    );
    expect(hardwareText({ ...MACHINE, probes: [] })).not.toContain('GPU probes');
  });
});
