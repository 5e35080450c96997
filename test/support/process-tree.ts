import { readdirSync, readFileSync } from 'node:fs';

/** A process as Linux shows it under /proc. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
  /** Memory that is really in use, in bytes. */
  readonly residentBytes: number;
}

const PAGE_BYTES = 4096;

/** The children of a process, their children and so on; empty when it has none or is gone. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const all = listProcesses();
  const found: ProcessEntry[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const next = all.filter(({ parentPid }) => parents.has(parentPid));
    found.push(...next);
    parents = new Set(next.map((entry) => entry.pid));
  }
  return found;
}

/** True while the process exists and has not become a zombie. */
export function isAlive(pid: number): boolean {
  return readEntry(pid) !== null;
}

/** Every process that this user may see, zombies left out. */
export function listProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readEntry(Number(name)))
    .filter((entry) => entry !== null);
}

function readEntry(pid: number): ProcessEntry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything, blanks and parentheses included.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
    return {
      pid,
      parentPid: Number(parent),
      command,
      residentBytes: Number(pages) * PAGE_BYTES,
    };
  } catch {
    return null;
  }
}
