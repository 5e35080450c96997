import { familyOf } from './family.js';
import { ProcessTree, ProcessTreeReader } from './process-tree.interface.js';

const BYTES_PER_KIB = 1024;

/** A process as the list of the system shows it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Resident memory, KiB. */
  readonly memRss: number;
}

/** Lists all processes. */
export type ListProcesses = () => Promise<readonly ListedProcess[]>;

/** Reads processes through systeminformation, on systems without /proc; it tells no CPU time. */
export class PortableProcessTrees implements ProcessTreeReader {
  constructor(private readonly list: ListProcesses = listProcesses) {}

  async read(roots: readonly number[]): Promise<ReadonlyMap<number, ProcessTree>> {
    if (roots.length === 0) return new Map();
    const listed = await this.list();
    const all = new Map(
      listed.map(({ pid, parentPid, memRss }) => [pid, { parent: parentPid, group: 0, memRss }]),
    );
    const trees = roots.flatMap((root) => {
      const pids = familyOf(root, all);
      const kib = pids.reduce((sum, pid) => sum + (all.get(pid)?.memRss ?? 0), 0);
      const residentBytes = kib * BYTES_PER_KIB;
      const tree = { pids, residentBytes, ownBytes: null, cpuSeconds: null };
      return pids.length === 0 ? [] : [[root, tree] as const];
    });
    return new Map(trees);
  }
}

async function listProcesses(): Promise<readonly ListedProcess[]> {
  const { processes } = await import('systeminformation');
  return (await processes()).list;
}
