import { OrphanRecord, OrphanStore, ProcessIdentity } from './orphan.store.js';
import { ProcessTable } from './process-table.interface.js';

/** What a {@link OrphanSweep} works with. */
export interface SweepTools {
  readonly store: OrphanStore;
  readonly table: ProcessTable;
  /** Sends SIGKILL to a process, or with a negative number to a group; false when it is gone. */
  readonly kill: (pid: number) => boolean;
}

/** One process that was left over and has been killed. */
export interface SweptOrphan {
  readonly pid: number;
  readonly model: string | null;
}

/**
 * Ends what an earlier Drover left running. It kills a process only when boot and start time are
 * those of the record, or when it carries the mark of a Drover that is dead.
 */
export class OrphanSweep {
  constructor(private readonly tools: SweepTools) {}

  /** Looks through all records once. */
  run(): readonly SweptOrphan[] {
    const bootId = this.tools.table.bootId();
    if (bootId === null) return [];
    return this.tools.store.read().flatMap((record) => this.settle(record, bootId));
  }

  private settle(record: OrphanRecord, bootId: string): readonly SweptOrphan[] {
    const { store, table } = this.tools;
    if (record.bootId === bootId && this.runs(record.owner)) return [];
    const sameBoot = record.bootId.split(' ')[0] === bootId.split(' ')[0];
    // Same boot, other process id namespace: a record of another container, not ours to judge.
    if (record.bootId !== bootId && sameBoot) return [];
    const swept = record.bootId === bootId ? this.kill(record, table) : [];
    store.remove(record.guardId);
    return swept;
  }

  private kill(record: OrphanRecord, table: ProcessTable): readonly SweptOrphan[] {
    const listed = record.children.filter((child) => this.runs(child));
    for (const { pid } of listed) this.tools.kill(-pid);
    const marked = table.marked(`${record.guardId}/`).filter((pid) => this.tools.kill(pid));
    const known = new Set(listed.map(({ pid }) => pid));
    return [
      ...listed.map(({ pid, model }) => ({ pid, model })),
      ...marked.filter((pid) => !known.has(pid)).map((pid) => ({ pid, model: null })),
    ];
  }

  private runs({ pid, startTime }: ProcessIdentity): boolean {
    return startTime !== null && this.tools.table.startTime(pid) === startTime;
  }
}
