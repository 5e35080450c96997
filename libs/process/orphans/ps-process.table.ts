import { spawnSync } from 'node:child_process';
import { ProcessTable } from './process-table.interface.js';

/** Asks `ps` and `sysctl`: macOS and the BSDs. Environments of other processes are not readable. */
export class PsProcessTable implements ProcessTable {
  constructor(private readonly run: (file: string, args: string[]) => string | null = capture) {}

  bootId(): string | null {
    return (
      this.run('sysctl', ['-n', 'kern.bootsessionuuid']) ??
      this.run('sysctl', ['-n', 'kern.boottime'])
    );
  }

  startTime(pid: number): string | null {
    return this.run('ps', ['-o', 'lstart=', '-p', String(pid)]);
  }

  groupRuns(group: number): boolean {
    const states = this.run('ps', ['-o', 'state=', '-g', String(group)]);
    return states === null || states.split('\n').some((state) => !state.trim().startsWith('Z'));
  }

  marked(): readonly number[] {
    return [];
  }
}

function capture(file: string, args: string[]): string | null {
  const { status, stdout } = spawnSync(file, args, { encoding: 'utf8', timeout: 2000 });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}
