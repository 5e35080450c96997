import { formatBytes } from './format.js';

/** Answer of `GET /api/hardware`; unknown facts are null. */
export interface HardwareSnapshot {
  readonly captured_at: string;
  readonly architecture: { readonly name: string | null };
  readonly operating_system: {
    readonly family: string | null;
    readonly name: string | null;
    readonly version: string | null;
    readonly kernel: string | null;
  };
  readonly environment: { readonly kind: string | null; readonly name: string | null };
  readonly cpu: {
    readonly vendor: string | null;
    readonly model: string | null;
    readonly socket_count: number | null;
    readonly physical_core_count: number | null;
    readonly logical_thread_count: number | null;
  };
  readonly memory: { readonly capacity_bytes: number | null };
  readonly accelerators: readonly Accelerator[];
}

/** One GPU or other accelerator. */
export interface Accelerator {
  readonly index: number;
  readonly kind: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly architecture: string | null;
  readonly memory: { readonly kind: string; readonly capacity_bytes: number | null } | null;
  readonly driver: { readonly name: string | null; readonly version: string | null } | null;
  readonly power_limit_watts: number | null;
}

type Facts = readonly (readonly [label: string, value: string])[];

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
  const size = capacity(memory?.capacity_bytes);
  const driverText = [driver?.name, driver?.version].filter(Boolean).join(' ');
  return [
    ['Vendor', [show(accelerator.vendor), words(accelerator.kind)].join(' · ')],
    ['Architecture', show(accelerator.architecture)],
    ['Memory', memory && size !== NONE ? `${size} ${words(memory.kind)}` : NONE],
    ['Driver', show(driverText)],
    ['Power limit', accelerator.power_limit_watts ? `${accelerator.power_limit_watts} W` : NONE],
  ];
}

/** Everything as indented text, made for bug reports. */
export function hardwareText(snapshot: HardwareSnapshot): string {
  const block = (title: string, facts: Facts): string =>
    [title, ...facts.map(([label, value]) => `  ${label}: ${value}`)].join('\n');
  const devices = snapshot.accelerators.map((accelerator) =>
    block(acceleratorTitle(accelerator), acceleratorFacts(accelerator)),
  );
  const none = devices.length === 0 ? ['Accelerators\n  None detected'] : devices;
  return [block('System', systemFacts(snapshot)), block('CPU', cpuFacts(snapshot)), ...none].join(
    '\n\n',
  );
}
