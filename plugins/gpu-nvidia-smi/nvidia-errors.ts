const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/couldn't communicate with the NVIDIA driver/, 'driver_unreachable'],
  [/No devices were found/, 'no_devices'],
  [/Driver\/library version mismatch/, 'nvml_version_mismatch'],
  [/is not a valid field to query/, 'bad_field'],
  [/GPU is lost|Unable to determine the device handle/, 'gpu_lost'],
  [/Insufficient Permissions/, 'no_permission'],
];

/** Class of a failure that nvidia-smi reports in words, or null when the text tells of none. */
export function nvidiaErrorClass(output: string): string | null {
  return CLASSES.find(([pattern]) => pattern.test(output))?.[1] ?? null;
}
