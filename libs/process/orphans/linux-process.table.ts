import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { INSTANCE_VARIABLE, ProcessTable } from './process-table.interface.js';

/** Reads `/proc` (proc(5)). */
export class LinuxProcessTable implements ProcessTable {
  constructor(private readonly root = '/proc') {}

  bootId(): string | null {
    try {
      const boot = readFileSync(`${this.root}/sys/kernel/random/boot_id`, 'utf8').trim();
      return `${boot} ${readlinkSync(`${this.root}/self/ns/pid`)}`;
    } catch {
      return null;
    }
  }

  startTime(pid: number): string | null {
    // Field 22 of the line; 20 of what follows the name.
    return this.fields(pid)?.[19] ?? null;
  }

  groupRuns(group: number): boolean {
    return this.pids().some((pid) => {
      const fields = this.fields(pid);
      return fields?.[2] === String(group) && !/^[ZX]$/.test(fields[0] ?? '');
    });
  }

  marked(mark: string): readonly number[] {
    const wanted = `\0${INSTANCE_VARIABLE}=${mark}`;
    return this.pids().filter((pid) => `\0${this.read(`${pid}/environ`) ?? ''}`.includes(wanted));
  }

  /** What follows the parenthesised name in the stat line: state, parent, group … */
  private fields(pid: number): readonly string[] | null {
    const line = this.read(`${pid}/stat`);
    return line?.slice(line.lastIndexOf(')') + 2).split(' ') ?? null;
  }

  private pids(): number[] {
    return readdirSync(this.root)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  }

  private read(path: string): string | null {
    try {
      return readFileSync(`${this.root}/${path}`, 'latin1');
    } catch {
      return null;
    }
  }
}
