import { ProbeError } from '#lib/plugin-api';

interface ErrorClass {
  readonly pattern: RegExp;
  readonly reason: string;
  /** What to do about it. */
  readonly advice: string;
}

const CLASSES: readonly ErrorClass[] = [
  {
    pattern:
      /couldn.t communicate with the NVIDIA driver|Driver Not Loaded|couldn't find libnvidia-ml/,
    reason: 'driver_unreachable',
    advice: 'load the kernel module (modprobe nvidia) or install the driver; dmesg says more',
  },
  {
    pattern: /No devices were found/,
    reason: 'no_devices',
    advice: 'the driver runs but has no GPU: dmesg says why it refused the card',
  },
  {
    pattern: /Driver\/library version mismatch/,
    reason: 'nvml_version_mismatch',
    advice: 'the driver was updated: restart the machine, or unload and load its modules',
  },
  {
    pattern: /is not a valid field to query/,
    reason: 'bad_field',
    advice: 'the driver is too old for the question; update it',
  },
  {
    // A row of nothing but brackets is how the query shows a card that no longer answers.
    pattern: /GPU is lost|Unable to determine the device handle|^\d+, \[[^\]]*\], \[[^\]]*\], \[/m,
    reason: 'gpu_lost',
    advice: 'the card no longer answers: look for Xid in dmesg, and restart the machine',
  },
  {
    pattern: /Insufficient Permissions/,
    reason: 'no_permission',
    advice: "Drover's user needs the right to /dev/nvidia* (often the group video)",
  },
  {
    pattern: /Failed to initialize NVML: Unknown Error/,
    reason: 'nvml_unknown_error',
    advice: 'in a container: it has lost its devices, start it anew with --gpus all',
  },
];

/** Most of the tool's own words that are passed on. */
const MOST_CHARACTERS = 300;

/** Class of a failure that nvidia-smi reports in words, or null when the text tells of none. */
export function nvidiaErrorClass(output: string): string | null {
  return classOf(output)?.reason ?? null;
}

/** The failure that the tool's own words tell of. */
export function nvidiaFailure(output: string): ProbeError {
  const text = output.trim().replaceAll(/\s+/g, ' ').slice(0, MOST_CHARACTERS);
  const known = classOf(output);
  if (known) return new ProbeError(known.reason, `${text} (${known.advice})`);
  return new ProbeError('no_data', text === '' ? 'nvidia-smi printed nothing' : text);
}

function classOf(output: string): ErrorClass | undefined {
  return CLASSES.find(({ pattern }) => pattern.test(output));
}
