// What a run was made on.
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Processor, cores, memory, Node and how busy the machine was, as one line. */
export function machineOf() {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gib = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0].toFixed(1);
  const node = process.versions.node;
  return `${model}, ${availableParallelism()} cores, ${gib} GiB, Node ${node}, load ${load}`;
}
