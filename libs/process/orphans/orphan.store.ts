import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process that can be recognised later: the start time tells it from a successor of its id. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string | null;
}

/** One child as the file keeps it. */
export interface ChildRecord extends ProcessIdentity {
  readonly model: string;
}

/** What one Drover leaves behind for the next. */
export interface OrphanRecord {
  /** Marks the children in their environment. */
  readonly guardId: string;
  readonly bootId: string;
  readonly owner: ProcessIdentity;
  readonly children: readonly ChildRecord[];
}

/** Files of {@link OrphanRecord}, one per Drover; they survive a crash, not a reboot. */
export class OrphanStore {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Where the record of one Drover is kept. */
  pathOf(guardId: string): string {
    return join(this.folder, `children-${guardId}.json`);
  }

  /** Replaces a record in one step, so that a crash leaves either the old or the new one. */
  write(record: OrphanRecord): void {
    const path = this.pathOf(record.guardId);
    writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /** Removes a record. */
  remove(guardId: string): void {
    rmSync(this.pathOf(guardId), { force: true });
  }

  /** Every record that can be read; damaged files are removed. */
  read(): readonly OrphanRecord[] {
    const names = readdirSync(this.folder).filter((name) => /^children-.*\.json$/.test(name));
    return names.flatMap((name) => this.parse(join(this.folder, name)));
  }

  private parse(path: string): OrphanRecord[] {
    try {
      const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (isRecord(value)) return [value];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    }
    rmSync(path, { force: true });
    return [];
  }
}

function isRecord(value: unknown): value is OrphanRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { guardId, bootId, owner, children } = value as Partial<OrphanRecord>;
  const strings = typeof guardId === 'string' && typeof bootId === 'string';
  const listed = Array.isArray(children) && children.every(isIdentity);
  return strings && /^[\w-]+$/.test(guardId) && isIdentity(owner) && listed;
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime } = value as Partial<ProcessIdentity>;
  return (
    Number.isSafeInteger(pid) && pid! > 1 && (startTime === null || typeof startTime === 'string')
  );
}
