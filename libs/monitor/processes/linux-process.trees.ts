import { readFileSync, readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { familyOf } from './family.js';
import {
  ProcessMemory,
  ProcessStat,
  parseProcessStat,
  parseProcessStatus,
} from './proc-process.js';
import { ProcessTree, ProcessTreeReader } from './process-tree.interface.js';

/** Files read in one go; these are answered from memory, in about 10 µs each. */
const SLICE = 32;

/** Reads processes from /proc, in slices between which requests have their turn. */
export class LinuxProcessTrees implements ProcessTreeReader {
  constructor(private readonly root = '/proc') {}

  async read(roots: readonly number[]): Promise<ReadonlyMap<number, ProcessTree>> {
    if (roots.length === 0) return new Map();
    const all = await this.stats();
    const trees = new Map<number, ProcessTree>();
    for (const root of roots) {
      const pids = familyOf(root, all);
      if (pids.length === 0) continue;
      const stats = pids.flatMap((pid) => all.get(pid) ?? []);
      trees.set(root, sum(pids, stats, await this.memories(pids)));
    }
    return trees;
  }

  private async stats(): Promise<ReadonlyMap<number, ProcessStat>> {
    const pids = readdirSync(this.root).filter((name) => /^\d+$/.test(name));
    const entries = await inSlices(pids, (pid) => {
      const stat = parseProcessStat(this.text(`${pid}/stat`));
      return stat ? [[Number(pid), stat] as const] : [];
    });
    return new Map(entries);
  }

  private async memories(pids: readonly number[]): Promise<readonly ProcessMemory[]> {
    return await inSlices(pids, (pid) => parseProcessStatus(this.text(`${pid}/status`)) ?? []);
  }

  private text(path: string): string {
    try {
      return readFileSync(`${this.root}/${path}`, 'latin1');
    } catch {
      // The process has ended meanwhile.
      return '';
    }
  }
}

async function inSlices<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Result | readonly Result[],
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await setImmediate();
    results.push(...items.slice(start, start + SLICE).flatMap(read));
  }
  return results;
}

function sum(
  pids: readonly number[],
  stats: readonly ProcessStat[],
  memories: readonly ProcessMemory[],
): ProcessTree {
  const own = memories.map(({ ownBytes }) => ownBytes);
  return {
    pids,
    residentBytes: total(memories.map(({ residentBytes }) => residentBytes)),
    ownBytes: own.includes(null) ? null : total(own as readonly number[]),
    cpuSeconds: total(stats.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
