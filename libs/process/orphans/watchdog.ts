import { ChildProcess, spawn } from 'node:child_process';
import { CancelTimer, Clock } from '#lib/foundation';
import { GroupWatch } from './group-watch.interface.js';
import { INSTANCE_VARIABLE } from './process-table.interface.js';

const RESTART_MS = 1000;

/**
 * Reads `+ GROUP` and `- GROUP` from its standard input. When the input ends, because Drover has
 * ended in whatever way, it kills the groups it knows and then, where there is a `/proc`, everything
 * that carries the mark, until nothing is found any more: what a dying process forks is marked too.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM TSTP
groups=' '
while read -r what group; do
  case $what in
    +) groups="$groups$group " ;;
    -) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;;
  esac
done
for group in $groups; do kill -KILL -- "-$group" 2>/dev/null; done
[ -r /proc/self/environ ] || exit 0
for round in 1 2 3 4 5 6 7 8; do
  found=
  for file in $(grep -lsz "^$1" /proc/[0-9]*/environ); do
    process=\${file#/proc/}
    kill -KILL "\${process%/environ}" 2>/dev/null && found=1
  done
  [ "$found" ] || exit 0
done
`;

/**
 * One small shell that outlives Drover for a moment, for all children. It runs in a session of its
 * own and ignores what ends Drover; if it is killed itself, it is started again.
 */
export class Watchdog implements GroupWatch {
  private child: ChildProcess | null = null;
  private closed = false;
  private cancelRestart: CancelTimer = () => {};
  private readonly groups = new Set<number>();

  /** @param guardId marks the children: `DROVER_INSTANCE=<guardId>/<instance>` */
  constructor(
    private readonly guardId: string,
    private readonly clock: Clock,
  ) {}

  /** False when this machine has no shell for the helper. */
  start(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const mark = `${INSTANCE_VARIABLE}=${this.guardId}/`;
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'drover-watchdog', mark], {
      cwd: '/',
      // Its own environment must not carry the mark.
      env: { PATH: process.env['PATH'] },
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      this.started(child);
      resolve(true);
    });
    return promise;
  }

  watch(group: number): void {
    this.groups.add(group);
    this.tell(`+ ${group}`);
  }

  forget(group: number): void {
    if (this.groups.delete(group)) this.tell(`- ${group}`);
  }

  /** Lets the helper do its work and end. */
  close(): void {
    this.closed = true;
    this.cancelRestart();
    this.child?.stdin?.end();
  }

  private started(child: ChildProcess): void {
    this.child = child;
    child.stdin?.on('error', () => {});
    child.once('exit', () => this.ended());
    // Neither the helper nor its pipe may keep Drover alive.
    child.unref();
    if (child.stdin && 'unref' in child.stdin) (child.stdin.unref as () => void)();
    for (const group of this.groups) this.tell(`+ ${group}`);
    if (this.closed) this.close();
  }

  private ended(): void {
    this.child = null;
    if (this.closed) return;
    this.cancelRestart = this.clock.after(RESTART_MS, () => void this.start());
  }

  private tell(line: string): void {
    this.child?.stdin?.write(`${line}\n`);
  }
}
