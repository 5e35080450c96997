import type { Accelerator, HardwareSnapshot, LatestGpuSample } from '../api/types.js';
import { formatBytes } from './format.js';

/** Rows of a card. */
export type Facts = readonly (readonly [label: string, value: string])[];

/** How a GPU probe is doing. */
export type Probe = HardwareSnapshot['probes'][number];

const NONE = 'Not detected';

/** A value for people; missing ones say so. */
function show(value: string | number | null | undefined): string {
  return value === null || value === undefined || value === '' ? NONE : String(value);
}

/** An enumeration's word in title case. */
function words(value: string | null | undefined): string {
  if (!value) return NONE;
  if (/^[gn]pu$/.test(value)) return value.toUpperCase();
  return value.replace(/_/g, ' ').replace(/\b\w/g, (letter) => letter.toUpperCase());
}

function capacity(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined ? NONE : formatBytes(bytes);
}

/** Facts of the System card. */
export function systemFacts(snapshot: HardwareSnapshot): Facts {
  const os = snapshot.operating_system;
  const name = [os.name ?? words(os.family), os.version].filter(Boolean).join(' ');
  return [
    ['Operating system', show(name)],
    ['Kernel', show(os.kernel)],
    ['Architecture', show(snapshot.architecture.name)],
    ['Environment', words(snapshot.environment.kind)],
    ['System memory', capacity(snapshot.memory.capacity_bytes)],
  ];
}

/** Facts of the CPU card. */
export function cpuFacts({ cpu }: HardwareSnapshot): Facts {
  return [
    ['Model', show(cpu.model)],
    ['Vendor', show(cpu.vendor)],
    ['Sockets', show(cpu.socket_count)],
    ['Physical cores', show(cpu.physical_core_count)],
    ['Logical threads', show(cpu.logical_thread_count)],
  ];
}

/** Heading of an accelerator's card. */
export function acceleratorTitle(accelerator: Accelerator): string {
  return accelerator.model ?? `${words(accelerator.kind)} ${accelerator.index}`;
}

/** Facts of an accelerator's card. */
export function acceleratorFacts(accelerator: Accelerator): Facts {
  const { memory, driver } = accelerator;
  const size = capacity(memory.capacity_bytes);
  const driverText = [driver?.name, driver?.version].filter(Boolean).join(' ');
  return [
    ['Vendor', [show(accelerator.vendor), words(accelerator.kind)].join(' · ')],
    ['Architecture', show(accelerator.architecture)],
    ['Memory', size === NONE ? NONE : `${size} ${words(memory.kind)}`],
    ['Driver', show(driverText)],
    ['Power limit', accelerator.power_limit_watts ? `${accelerator.power_limit_watts} W` : NONE],
    ...known('PCI address', accelerator.pci_address),
    ...known('MIG instances', instancesText(accelerator.instances)),
  ];
}

/** A fact that is left out while it is unknown. */
function known(label: string, value: string | null | undefined): Facts {
  return value ? [[label, value]] : [];
}

function instancesText(instances: Accelerator['instances'] | null): string {
  return (instances ?? []).map(({ profile, uuid }) => `${profile} (${uuid})`).join(', ');
}

/** Why clocks are held down, as Drover's probes name it, in words. */
const THROTTLE_WORDS: Readonly<Record<string, string>> = {
  gpu_idle: 'idle',
  applications_clocks_setting: 'application clocks setting',
  sw_power_cap: 'power limit',
  hw_slowdown: 'hardware slowdown',
  sync_boost: 'sync boost',
  sw_thermal_slowdown: 'heat (driver)',
  hw_thermal_slowdown: 'heat (hardware)',
  hw_power_brake_slowdown: 'power brake (hardware)',
  display_clock_setting: 'display clock setting',
};

/** What a device does beyond what the charts show, by its latest sample; unknown is left out. */
export function deviceFacts(sample: LatestGpuSample): Facts {
  const { pstate, mem_busy_pct: busy, ecc_errors: errors, throttle_reasons: reasons } = sample;
  const throttle = reasons?.map((reason) => THROTTLE_WORDS[reason] ?? reason.replace(/_/g, ' '));
  return [
    ...known('Performance state', pstate),
    ...known('Clocks limited by', throttle && (throttle.join(', ') || 'nothing')),
    ...known('Memory busy', busy === null ? null : `${Math.round(busy)} %`),
    ...known('ECC errors', errors === null ? null : `${errors} uncorrected`),
  ];
}

/** Facts of an accelerator's card together with what its latest sample adds. */
export function cardFacts(accelerator: Accelerator, latest: readonly LatestGpuSample[]): Facts {
  const { gpu_id: id } = accelerator;
  const sample = latest.find((one) => id !== null && one.id === id && !one.stale);
  return [...acceleratorFacts(accelerator), ...(sample ? deviceFacts(sample) : [])];
}

const STATE_WORDS: Readonly<Record<Probe['state'], string>> = {
  up: 'Delivers',
  failed: 'Does not work',
  starting: 'Is starting',
  absent: 'Nothing to read',
  stopped: 'Stopped',
};

const STATE_ORDER = Object.keys(STATE_WORDS);

/** A probe's state in words. */
export function probeWords({ state }: Probe): string {
  return STATE_WORDS[state] ?? state;
}

/** Probes as they are listed: those that deliver first, then those that should and do not. */
export function orderedProbes(probes: readonly Probe[]): readonly Probe[] {
  const place = ({ state }: Probe): number => STATE_ORDER.indexOf(state);
  return probes.toSorted((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

/** Everything as indented text, made for bug reports. */
export function hardwareText(
  snapshot: HardwareSnapshot,
  latest: readonly LatestGpuSample[] = [],
): string {
  const block = (title: string, facts: Facts): string =>
    [title, ...facts.map(([label, value]) => `  ${label}: ${value}`)].join('\n');
  const devices = snapshot.accelerators.map((accelerator) =>
    block(acceleratorTitle(accelerator), cardFacts(accelerator, latest)),
  );
  const probes = orderedProbes(snapshot.probes).map((probe): Facts[number] => {
    return [probe.name, [probeWords(probe), probe.detail].filter(Boolean).join(' – ')];
  });
  return [
    block('System', systemFacts(snapshot)),
    block('CPU', cpuFacts(snapshot)),
    ...(devices.length === 0 ? ['Accelerators\n  None detected'] : devices),
    ...(probes.length === 0 ? [] : [block('GPU probes', probes)]),
  ].join('\n\n');
}
