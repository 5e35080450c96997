import { HardwareSnapshot } from './hardware-snapshot.interface.js';

/** What cannot be true in a snapshot; null for one that can be served. */
export function snapshotProblem({ cpu, memory, accelerators }: HardwareSnapshot): string | null {
  const counts = [cpu.socket_count, cpu.physical_core_count, cpu.logical_thread_count];
  if (counts.some((count) => !isAmount(count))) return 'a count of processors is not positive';
  const [, cores, threads] = counts;
  if (cores !== null && threads !== null && threads! < cores!) return 'fewer threads than cores';
  if (!isAmount(memory.capacity_bytes)) return 'the size of the memory is not positive';
  if (accelerators.some(({ index }, at) => index !== at)) return 'accelerators are not in order';
  const odd = accelerators.find(
    (one) => !isAmount(one.memory.capacity_bytes) || !isAmount(one.power_limit_watts),
  );
  return odd ? `accelerator ${odd.index} has an impossible figure` : null;
}

/** Unknown is allowed, nothing at all is not. */
function isAmount(value: number | null | undefined): boolean {
  return value === null || (Number.isFinite(value) && value! > 0);
}
