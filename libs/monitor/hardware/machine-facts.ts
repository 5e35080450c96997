import {
  HardwareSnapshot,
  MachineEnvironment,
  OperatingSystem,
} from './hardware-snapshot.interface.js';

const ARCHITECTURES: ReadonlyMap<string, readonly [name: string, raw: string | null]> = new Map([
  ['x64', ['x86_64', 'amd64']],
  ['arm64', ['arm64', null]],
  ['arm', ['armv7', 'arm']],
  ['ppc64', ['ppc64le', null]],
  ['riscv64', ['riscv64', null]],
  ['s390x', ['s390x', null]],
]);

const FAMILIES: ReadonlyMap<string, OperatingSystem['family']> = new Map([
  ['linux', 'linux'],
  ['darwin', 'macos'],
  ['win32', 'windows'],
  ['freebsd', 'freebsd'],
]);

/** Names of systems that run other systems, as `systemd-detect-virt` says them. */
const CONTAINERS: ReadonlyMap<string, string> = new Map([
  ['docker', 'Docker'],
  ['podman', 'Podman'],
  ['lxc', 'LXC'],
  ['lxc-libvirt', 'LXC'],
  ['systemd-nspawn', 'systemd-nspawn'],
  ['containerd', 'containerd'],
  ['rkt', 'rkt'],
]);
const MACHINES: ReadonlyMap<string, string> = new Map([
  ['kvm', 'KVM'],
  ['qemu', 'QEMU'],
  ['vmware', 'VMware'],
  ['oracle', 'VirtualBox'],
  ['microsoft', 'Hyper-V'],
]);

/** What Node calls the processor, in the words of the API. */
export function architectureOf(arch: string): HardwareSnapshot['architecture'] {
  const [name, raw] = ARCHITECTURES.get(arch) ?? ['other', arch];
  return { name, raw_name: raw };
}

/** The operating system in the words of the API. */
export function operatingSystemOf(
  platform: string,
  facts: { readonly distro: string; readonly release: string; readonly kernel: string },
): OperatingSystem {
  const family = FAMILIES.get(platform) ?? 'other';
  return {
    family,
    name: known(facts.distro),
    version: known(facts.release),
    kernel: known(facts.kernel),
    ...(family === 'other' && { raw_family: platform }),
  };
}

/** What can be seen of what a Linux system runs in. */
export interface EnvironmentSigns {
  readonly kernel: string;
  readonly hasDockerFile: boolean;
  /** Output and exit code of `systemd-detect-virt`, null when it is not there. */
  readonly detectVirt: { readonly name: string; readonly code: number | null } | null;
}

/** Judges the signs: the kernel's name first, then files, then the detector. */
export function environmentOf(signs: EnvironmentSigns): MachineEnvironment {
  const detected = signs.detectVirt?.name.trim().toLowerCase() ?? '';
  if (/microsoft|wsl/i.test(signs.kernel) || detected === 'wsl') return environment('wsl', 'WSL');
  const container = CONTAINERS.get(detected);
  if (container) return environment('container', container);
  if (signs.hasDockerFile) return environment('container', 'Docker');
  if (signs.detectVirt === null) return environment('unknown', null);
  if (signs.detectVirt.code === 1 || detected === 'none') return environment('native', null);
  if (detected === '') return environment('unknown', null);
  return environment('virtual_machine', MACHINES.get(detected) ?? detected);
}

/** The text, or null for one that only says that nothing is known. */
export function known(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || /^(n\/a|unknown)$/i.test(trimmed) ? null : trimmed;
}

function environment(kind: MachineEnvironment['kind'], name: string | null): MachineEnvironment {
  return { kind, name, version: null };
}
