import { GpuInstance, GpuMemoryKind } from '#lib/plugin-api';

/** The machine as it is built, in the form of `GET /api/hardware`. */
export interface HardwareSnapshot {
  readonly schema_version: 1;
  readonly captured_at: string;
  readonly capture: {
    readonly scope: 'inference_host';
    readonly method: 'detected';
    readonly detector: { readonly name: string; readonly version: string };
  };
  readonly architecture: { readonly name: string; readonly raw_name: string | null };
  readonly operating_system: OperatingSystem;
  readonly environment: MachineEnvironment;
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

/** The operating system; `raw_family` only for a family without a name of its own. */
export interface OperatingSystem {
  readonly family: 'linux' | 'macos' | 'windows' | 'freebsd' | 'other';
  readonly name: string | null;
  readonly version: string | null;
  readonly kernel: string | null;
  readonly raw_family?: string;
}

/** What the system runs in. */
export interface MachineEnvironment {
  readonly kind: 'native' | 'container' | 'virtual_machine' | 'wsl' | 'other' | 'unknown';
  readonly name: string | null;
  readonly version: string | null;
  readonly raw_kind?: string;
}

/** One accelerator. `pci_address` and `uuid` join it to samples and metrics. */
export interface Accelerator {
  readonly index: number;
  readonly kind: 'gpu' | 'npu' | 'other';
  readonly vendor: string | null;
  readonly model: string | null;
  readonly architecture: string | null;
  readonly memory: { readonly kind: GpuMemoryKind; readonly capacity_bytes: number | null };
  readonly driver: { readonly name: string | null; readonly version: string | null } | null;
  readonly power_limit_watts: number | null;
  readonly pci_address: string | null;
  readonly uuid: string | null;
  readonly instances: readonly GpuInstance[];
}
