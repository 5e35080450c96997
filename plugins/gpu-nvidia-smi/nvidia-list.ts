/** A physical GPU with the instances it is divided into. */
export interface NvidiaDevice {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly mig: readonly MigInstance[];
}

/** A MIG instance. */
export interface MigInstance {
  readonly index: number;
  /** For example `3g.20gb`. */
  readonly profile: string;
  readonly uuid: string;
}

const GPU = /^GPU (\d+): (.*) \(UUID: ([^)]+)\)\s*$/;
const MIG = /^\s+MIG (\S+)\s+Device\s+(\d+): \(UUID: ([^)]+)\)\s*$/;

/** Reads the output of `nvidia-smi -L`. */
export function parseNvidiaList(output: string): readonly NvidiaDevice[] {
  const devices: (NvidiaDevice & { mig: MigInstance[] })[] = [];
  for (const line of output.split(/\r?\n/)) {
    const gpu = GPU.exec(line);
    const mig = MIG.exec(line);
    if (gpu) devices.push({ index: Number(gpu[1]), name: gpu[2]!, uuid: gpu[3]!, mig: [] });
    else if (mig) {
      const instance = { index: Number(mig[2]), profile: mig[1]!, uuid: mig[3]! };
      devices.at(-1)?.mig.push(instance);
    }
  }
  return devices;
}
